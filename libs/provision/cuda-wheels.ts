import type { Wheel } from './wheels.js';

/** What of a wheel of NVIDIA runs: libraries, and ptxas with its bitcode; no headers, no second builds of the same. */
const MEMBERS = ['nvidia/[^/]+/(?:lib|bin|nvvm)/(?!.*\\.alt\\.so).*'];

/** [file, SHA-256, bytes of the download, bytes placed] */
const FILES: readonly (readonly [string, string, number, number])[] = [
  [
    'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl',
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
    581_217_458,
    856_000_000,
  ],
  [
    'nvidia_cuda_cupti_cu12-12.9.79-py3-none-manylinux_2_25_x86_64.whl',
    '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
    10_814_997,
    44_000_000,
  ],
  [
    'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
    40_546_229,
    98_000_000,
  ],
  [
    'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    89_568_129,
    228_000_000,
  ],
  [
    'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    3_493_179,
    1_000_000,
  ],
  [
    'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl',
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
    716_538_495,
    1_163_000_000,
  ],
  [
    'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    200_877_592,
    294_000_000,
  ],
  [
    'nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl',
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
    68_295_626,
    167_000_000,
  ],
  [
    'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl',
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    338_117_415,
    495_000_000,
  ],
  [
    'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    366_465_088,
    487_000_000,
  ],
  [
    'nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl',
    'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
    351_526_311,
    480_000_000,
  ],
  [
    'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    39_748_338,
    96_000_000,
  ],
];

/**
 * The CUDA 12 libraries that the extra `and-cuda` of the TensorFlow wheel names, each in the newest version that it
 * allowed when this Weft was made.
 */
export const CUDA_WHEELS: readonly Wheel[] = FILES.map(([file, sha256, bytes, placedBytes]) => {
  const [name = '', version = '', , , platforms = ''] = file.replace(/\.whl$/, '').split('-');
  return {
    requirement: `${name.replaceAll('_', '-')}==${version}`,
    file,
    sha256,
    platform: platforms.split('.')[0] ?? platforms,
    bytes,
    placedBytes,
    members: MEMBERS,
  };
});
