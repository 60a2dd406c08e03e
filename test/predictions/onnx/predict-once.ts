import { predictBatch } from '../../../src/predictions/onnx/predict-batch.ts';

// Stands for the bot in tests that kill it: runs the request of its argument, and ends.
await predictBatch(JSON.parse(process.argv[2]!));
