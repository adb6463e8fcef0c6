/** What the platform answers in place of a function. */

export interface ErrorAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly code: string;
  readonly message: string;
}

export const ERROR_ANSWERS = {
  notFound: {
    status: 404,
    statusText: "Not Found",
    code: "NOT_FOUND",
    message: "Requested function was not found",
  },
  noAuthorization: {
    status: 401,
    statusText: "Unauthorized",
    code: "UNAUTHORIZED_NO_AUTH_HEADER",
    message: "Missing authorization header",
  },
  invalidToken: {
    status: 401,
    statusText: "Unauthorized",
    code: "UNAUTHORIZED_INVALID_JWT_FORMAT",
    message: "Invalid JWT",
  },
  bootError: {
    status: 503,
    statusText: "Service Unavailable",
    code: "BOOT_ERROR",
    message: "Function failed to start (please check logs)",
  },
  workerError: {
    status: 500,
    statusText: "Internal Server Error",
    code: "WORKER_ERROR",
    message: "Function exited due to an error (please check logs)",
  },
  workerLimit: {
    status: 546,
    statusText: "Worker Limit",
    code: "WORKER_LIMIT",
    message: "Function failed due to not having enough compute resources (please check logs)",
  },
  idleTimeout: {
    status: 504,
    statusText: "Gateway Timeout",
    code: "IDLE_TIMEOUT",
    message: "Function did not answer in time (please check logs)",
  },
} as const satisfies Record<string, ErrorAnswer>;
