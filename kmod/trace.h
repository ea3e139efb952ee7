/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints, for developers (ADM-3). Knows only numbers and texts. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM devtask

#if !defined(DEVTASK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define DEVTASK_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(devtask_state,
	TP_PROTO(u32 task, u32 state),
	TP_ARGS(task, state),
	TP_STRUCT__entry(
		__field(u32, task)
		__field(u32, state)
	),
	TP_fast_assign(
		__entry->task = task;
		__entry->state = state;
	),
	TP_printk("task=%u state=%u", __entry->task, __entry->state)
);

TRACE_EVENT(devtask_cancel,
	TP_PROTO(u32 task, u32 reason, u32 detail, u64 measured_ns, u64 required_ns),
	TP_ARGS(task, reason, detail, measured_ns, required_ns),
	TP_STRUCT__entry(
		__field(u32, task)
		__field(u32, reason)
		__field(u32, detail)
		__field(u64, measured_ns)
		__field(u64, required_ns)
	),
	TP_fast_assign(
		__entry->task = task;
		__entry->reason = reason;
		__entry->detail = detail;
		__entry->measured_ns = measured_ns;
		__entry->required_ns = required_ns;
	),
	TP_printk("task=%u reason=%u detail=%u measured_ns=%llu required_ns=%llu",
		  __entry->task, __entry->reason, __entry->detail,
		  __entry->measured_ns, __entry->required_ns)
);

TRACE_EVENT(devtask_open,
	TP_PROTO(u32 task, u32 claim, int verdict),
	TP_ARGS(task, claim, verdict),
	TP_STRUCT__entry(
		__field(u32, task)
		__field(u32, claim)
		__field(int, verdict)
	),
	TP_fast_assign(
		__entry->task = task;
		__entry->claim = claim;
		__entry->verdict = verdict;
	),
	TP_printk("task=%u claim=%u verdict=%d", __entry->task, __entry->claim, __entry->verdict)
);

TRACE_EVENT(devtask_revoke,
	TP_PROTO(u32 task, u64 took_ns, unsigned int rounds),
	TP_ARGS(task, took_ns, rounds),
	TP_STRUCT__entry(
		__field(u32, task)
		__field(u64, took_ns)
		__field(unsigned int, rounds)
	),
	TP_fast_assign(
		__entry->task = task;
		__entry->took_ns = took_ns;
		__entry->rounds = rounds;
	),
	TP_printk("task=%u took_ns=%llu rounds=%u",
		  __entry->task, __entry->took_ns, __entry->rounds)
);

TRACE_EVENT(devtask_device,
	TP_PROTO(u32 task, u32 claim, bool is_back),
	TP_ARGS(task, claim, is_back),
	TP_STRUCT__entry(
		__field(u32, task)
		__field(u32, claim)
		__field(bool, is_back)
	),
	TP_fast_assign(
		__entry->task = task;
		__entry->claim = claim;
		__entry->is_back = is_back;
	),
	TP_printk("task=%u claim=%u is_back=%d", __entry->task, __entry->claim,
		  __entry->is_back)
);

TRACE_EVENT(devtask_verdict,
	TP_PROTO(u64 ask, u32 kind, u32 verdict, u64 reasons),
	TP_ARGS(ask, kind, verdict, reasons),
	TP_STRUCT__entry(
		__field(u64, ask)
		__field(u32, kind)
		__field(u32, verdict)
		__field(u64, reasons)
	),
	TP_fast_assign(
		__entry->ask = ask;
		__entry->kind = kind;
		__entry->verdict = verdict;
		__entry->reasons = reasons;
	),
	TP_printk("ask=%llu kind=%u verdict=%u reasons=%#llx",
		  __entry->ask, __entry->kind, __entry->verdict, __entry->reasons)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
