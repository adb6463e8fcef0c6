/** Where the gateway tells the holder of the secret key about the function workers; the platform has no such path. */

export const WORKERS_PATH = "/_stack/workers";
