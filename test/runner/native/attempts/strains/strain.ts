import type { EndReason, Limits } from '../../../../../src/executions/execution.ts';
import type { AttemptLanguage } from '../attempt.ts';

/** A program that would exhaust, stall or outlive something; it has a run of its own, which must end in one of these ways. */
export interface Strain {
  readonly name: string;
  readonly language: AttemptLanguage;
  readonly code: string;
  readonly ends: readonly EndReason[];
  readonly limits?: Partial<Limits>;
}

export const SHORT = { timeoutMs: 1000 };
export const SMALL = { memoryMb: 96 };
export const TERSE = { outputBytes: 100_000 };
/** What C programs need, each with a main of its own. */
export const HEADERS = `#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
static void fill(volatile char *bytes, long count) { for (long at = 0; at < count; at += 4096) bytes[at] = 1; }
`;
