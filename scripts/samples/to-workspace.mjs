// Preloaded into a sample app, which stays as it is: calls to slack.com go to the local workspace.
const { fetch: fetchAnywhere } = globalThis;
globalThis.fetch = (input, init) =>
  fetchAnywhere(String(input).replace('https://slack.com/api/', process.env.WORKSPACE_API_URL), init);
