import type { Kernel } from '../kernel/kernel-types.ts';
import type { LogHead } from '../kernel/log.ts';
import type { Redaction, RedactionRequest } from '../kernel/redaction.ts';
import type { RunView } from '../kernel/view/runs.ts';

/** What the gateway is handed: the kernel, and the folds of its log. */
export interface GatewayDeps {
  readonly kernel: Kernel;
  readonly version: string;
  runs(): readonly RunView[];
  head(): LogHead;
  redact(request: RedactionRequest): Promise<Redaction>;
  /** Aborts when the kernel goes: streams deliver what is durable and end, calls that wait are answered with KERNEL_GONE. */
  readonly closing?: AbortSignal;
}
