import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'libs/persistence/generated', 'node_modules'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only libs/config reads the environment.' },
        { object: 'Math', property: 'random', message: 'Randomness is seeded and passed in: #foundation Random.' },
      ],
    },
  },
  { files: ['libs/config/**', 'test/**', 'bench/**'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['**/*.js', '**/*.cjs', '**/*.mjs', '*.config.ts'], ...tseslint.configs.disableTypeChecked },
);
