export { clusteredRate, type ClusterSums, type Rate } from './clustered-rate.js';
export { normalQuantile } from './normal.js';
export { differenceInterval, differenceTest, type Interval, type Share, wilsonInterval } from './proportions.js';
export { sampleRatioTest } from './sample-ratio.js';
export { type ArmSizes, detectableEffect, requiredSizes, type TestPlan } from './sample-size.js';
