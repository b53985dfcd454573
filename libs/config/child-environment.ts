/** The environment for a child process: ours, with these variables set. */
export function childEnvironment(overrides: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...overrides };
}

/** What a program needs to be found, linked and to speak a language. */
const HARMLESS = ['PATH', 'LD_LIBRARY_PATH', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot'];

/** The environment for a child process that handles what strangers sent: no address, no password, no setting of ours. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    HARMLESS.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
