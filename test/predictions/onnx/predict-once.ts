import { predictBatch } from '../../../src/predictions/onnx/predict-batch.ts';
import { alone } from '../../alone.ts';

// Stands for the bot in tests that kill it: runs the request of its argument, and ends.
await predictBatch({ ...JSON.parse(process.argv[2]!), refuseIfLost: alone });
