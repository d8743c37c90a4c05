import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./client";

/** Only what may pass by itself is tried again: throttling, and a server that is away for a moment. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && error instanceof ApiError && (error.status === 429 || error.status === 503),
        retryDelay: (failures) => 500 * 2 ** failures,
        refetchOnWindowFocus: false,
        refetchIntervalInBackground: false,
        staleTime: 5_000,
      },
    },
  });
}
