/*
 * Load generator for bench/run.mjs: one iSCSI session of libiscsi (an initiator that we did not write), a
 * fixed number of READ(16) or WRITE(16) commands in flight, latency per command, and the CPU time that the
 * target's processes used in the same window. Prints one line of JSON.
 *
 * One thread and one poll loop. Buffers are made once and data is received straight into them, so that the
 * generator costs as little as libiscsi allows: it shares the machine with what it measures.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#define NS_PER_S 1000000000ULL
#define MAX_PIDS 64

/* Latency histogram: 64 steps per power of two, so a percentile is exact to 1.6 %. */
#define SUB_BITS 6
#define SUB (1 << SUB_BITS)
#define BUCKETS (SUB * 60)

struct slot {
	unsigned char *buffer;
	uint64_t started;
};

static struct {
	const char *portal, *target, *initiator;
	int lun, depth, write, random;
	uint32_t bytes;
	double seconds, warmup;
	clockid_t clocks[MAX_PIDS];
	int clock_count;
} opt = { .initiator = "iqn.2026-11.com.example:bench", .depth = 1, .bytes = 4096, .random = 1, .seconds = 4, .warmup = 1 };

static struct iscsi_context *iscsi;
static uint32_t block_size;
static uint64_t units, next_unit; /* the LUN in requests of opt.bytes */
static int in_flight, stopping, measuring;
static uint64_t ops, latency_sum, latency_max, histogram[BUCKETS];

static void die(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("load: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static uint64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* CPU time of the target, all threads of all its processes, ns. */
static uint64_t target_cpu(void)
{
	uint64_t sum = 0;
	for (int i = 0; i < opt.clock_count; i++) {
		struct timespec t;
		if (clock_gettime(opt.clocks[i], &t) != 0)
			die("a target process is gone: %s", strerror(errno));
		sum += (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
	}
	return sum;
}

static int bucket_of(uint64_t ns)
{
	if (ns < SUB)
		return (int)ns;
	int shift = 63 - __builtin_clzll(ns) - SUB_BITS;
	return (shift + 1) * SUB + (int)((ns >> shift) & (SUB - 1));
}

/* Middle of a bucket, ns. */
static double bucket_value(int bucket)
{
	if (bucket < SUB)
		return bucket;
	int shift = bucket / SUB - 1;
	return ((double)(SUB + bucket % SUB) + 0.5) * (double)(1ULL << shift);
}

static double percentile(double fraction)
{
	uint64_t wanted = (uint64_t)((double)ops * fraction), seen = 0;
	for (int i = 0; i < BUCKETS; i++) {
		seen += histogram[i];
		if (seen > wanted)
			return bucket_value(i);
	}
	return (double)latency_max;
}

static uint64_t next_random(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15ULL;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void issue(struct slot *slot);

static void done(struct iscsi_context *context, int status, void *data, void *private_data)
{
	struct slot *slot = private_data;
	struct scsi_task *task = data;
	uint64_t latency = now() - slot->started;

	(void)context;
	in_flight--;
	if (status != SCSI_STATUS_GOOD)
		die("a command failed with status %d: %s", status, iscsi_get_error(iscsi));
	if (task->residual_status != SCSI_RESIDUAL_NO_RESIDUAL)
		die("a command moved fewer bytes than asked, residual %zu", task->residual);
	scsi_free_scsi_task(task);
	if (measuring) {
		ops++;
		latency_sum += latency;
		if (latency > latency_max)
			latency_max = latency;
		histogram[bucket_of(latency)]++;
	}
	if (!stopping)
		issue(slot);
}

static void issue(struct slot *slot)
{
	uint64_t unit = opt.random ? next_random() % units : next_unit++ % units;
	uint64_t lba = unit * (opt.bytes / block_size);
	struct scsi_task *task = opt.write ? scsi_cdb_write16(lba, opt.bytes, (int)block_size, 0, 0, 0, 0, 0)
					   : scsi_cdb_read16(lba, opt.bytes, (int)block_size, 0, 0, 0, 0, 0);
	if (task == NULL)
		die("out of memory");
	if (opt.write)
		scsi_task_add_data_out_buffer(task, (int)opt.bytes, slot->buffer);
	else
		scsi_task_add_data_in_buffer(task, (int)opt.bytes, slot->buffer);
	slot->started = now();
	in_flight++;
	if (iscsi_scsi_command_async(iscsi, opt.lun, task, done, NULL, slot) != 0)
		die("can't send a command: %s", iscsi_get_error(iscsi));
}

static void turn(void)
{
	struct pollfd p = { .fd = iscsi_get_fd(iscsi), .events = (short)iscsi_which_events(iscsi) };
	int n = poll(&p, 1, 10);
	if (n < 0 && errno != EINTR)
		die("poll: %s", strerror(errno));
	if (n <= 0)
		return;
	if (iscsi_service(iscsi, p.revents) != 0)
		die("the session failed: %s", iscsi_get_error(iscsi));
	/* What the callbacks have queued goes out without another poll. */
	if ((iscsi_which_events(iscsi) & POLLOUT) && iscsi_service(iscsi, POLLOUT) != 0)
		die("the session failed: %s", iscsi_get_error(iscsi));
}

static void run_for(double seconds)
{
	uint64_t end = now() + (uint64_t)(seconds * (double)NS_PER_S);
	while (now() < end)
		turn();
}

static void log_in(void)
{
	iscsi = iscsi_create_context(opt.initiator);
	if (iscsi == NULL)
		die("out of memory");
	iscsi_set_targetname(iscsi, opt.target);
	iscsi_set_session_type(iscsi, ISCSI_SESSION_NORMAL);
	iscsi_set_header_digest(iscsi, ISCSI_HEADER_DIGEST_NONE);
	iscsi_set_initial_r2t(iscsi, ISCSI_INITIAL_R2T_NO);
	iscsi_set_immediate_data(iscsi, ISCSI_IMMEDIATE_DATA_YES);
	iscsi_set_noautoreconnect(iscsi, 1);
	if (iscsi_full_connect_sync(iscsi, opt.portal, opt.lun) != 0)
		die("login to %s at %s: %s", opt.target, opt.portal, iscsi_get_error(iscsi));
}

static void read_capacity(void)
{
	struct scsi_task *task = iscsi_readcapacity16_sync(iscsi, opt.lun);
	if (task == NULL || task->status != SCSI_STATUS_GOOD)
		die("READ CAPACITY(16): %s", iscsi_get_error(iscsi));
	struct scsi_readcapacity16 *capacity = scsi_datain_unmarshall(task);
	if (capacity == NULL)
		die("READ CAPACITY(16): short answer");
	block_size = capacity->block_length;
	if (block_size == 0 || opt.bytes % block_size != 0)
		die("requests of %u bytes don't fit blocks of %u", opt.bytes, block_size);
	units = (capacity->returned_lba + 1) / (opt.bytes / block_size);
	if (units == 0)
		die("the LUN is smaller than one request");
	scsi_free_scsi_task(task);
}

static void add_pids(char *list)
{
	for (char *one = strtok(list, ","); one != NULL; one = strtok(NULL, ",")) {
		if (opt.clock_count == MAX_PIDS)
			die("more than %d processes", MAX_PIDS);
		int error = clock_getcpuclockid((pid_t)atoi(one), &opt.clocks[opt.clock_count++]);
		if (error != 0)
			die("no CPU clock of process %s: %s", one, strerror(error));
	}
}

static void parse(int argc, char **argv)
{
	static const struct option names[] = {
		{ "portal", required_argument, NULL, 'p' },  { "target", required_argument, NULL, 't' },
		{ "lun", required_argument, NULL, 'l' },     { "depth", required_argument, NULL, 'd' },
		{ "bytes", required_argument, NULL, 'b' },   { "mode", required_argument, NULL, 'm' },
		{ "pattern", required_argument, NULL, 'r' }, { "seconds", required_argument, NULL, 's' },
		{ "warmup", required_argument, NULL, 'w' },  { "cpu-of", required_argument, NULL, 'c' },
		{ 0 },
	};
	int c;
	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (c) {
		case 'p': opt.portal = optarg; break;
		case 't': opt.target = optarg; break;
		case 'l': opt.lun = atoi(optarg); break;
		case 'd': opt.depth = atoi(optarg); break;
		case 'b': opt.bytes = (uint32_t)atoi(optarg); break;
		case 'm': opt.write = strcmp(optarg, "write") == 0; break;
		case 'r': opt.random = strcmp(optarg, "rand") == 0; break;
		case 's': opt.seconds = atof(optarg); break;
		case 'w': opt.warmup = atof(optarg); break;
		case 'c': add_pids(optarg); break;
		default:
			exit(2);
		}
	}
	if (opt.portal == NULL || opt.target == NULL || opt.depth < 1 || opt.bytes == 0)
		die("usage: load --portal HOST:PORT --target IQN [--lun N] [--depth N] [--bytes N] [--mode read|write]\n"
		    "            [--pattern rand|seq] [--seconds S] [--warmup S] [--cpu-of PID,PID]");
}

int main(int argc, char **argv)
{
	parse(argc, argv);
	log_in();
	read_capacity();

	struct slot *slots = calloc((size_t)opt.depth, sizeof(*slots));
	for (int i = 0; i < opt.depth; i++) {
		if (slots == NULL || posix_memalign((void **)&slots[i].buffer, 4096, opt.bytes) != 0)
			die("out of memory");
		memset(slots[i].buffer, 0x5a + i, opt.bytes);
	}
	for (int i = 0; i < opt.depth; i++)
		issue(&slots[i]);
	run_for(opt.warmup);

	uint64_t cpu = target_cpu(), start = now();
	measuring = 1;
	run_for(opt.seconds);
	measuring = 0;
	double seconds = (double)(now() - start) / (double)NS_PER_S;
	cpu = target_cpu() - cpu;

	stopping = 1;
	for (uint64_t end = now() + 10 * NS_PER_S; in_flight > 0;) {
		turn();
		if (now() > end)
			die("%d commands were not answered within 10 s", in_flight);
	}
	iscsi_logout_sync(iscsi);
	iscsi_destroy_context(iscsi);
	if (ops == 0)
		die("no command finished within %.1f s", seconds);

	printf("{\"ops\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"iops\":%.1f,\"mean_us\":%.2f,\"p50_us\":%.2f,\"p99_us\":%.2f,"
	       "\"max_us\":%.2f,\"cpu_us_per_io\":%.3f}\n",
	       (unsigned long long)ops, (unsigned long long)ops * opt.bytes, seconds, (double)ops / seconds,
	       (double)latency_sum / (double)ops / 1e3, percentile(0.5) / 1e3, percentile(0.99) / 1e3, (double)latency_max / 1e3,
	       (double)cpu / (double)ops / 1e3);
	return 0;
}
