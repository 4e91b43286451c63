/*
 * The ceiling for bench/run.mjs: an iSCSI responder that does no I/O. It logs one initiator in at a time without
 * questions, answers READ with zeroes and WRITE with GOOD, and knows just enough SCSI for libiscsi to
 * begin. One thread, one blocking read and one vectored write per turn: about the least that a target has to do
 * per command. It is no target: it believes every length and keeps nothing.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define BHS 48
#define WINDOW 128
#define DATA_MAX (256 * 1024)
#define IN_BYTES (4 * 1024 * 1024)
#define MAX_IOV 1000

static unsigned char zeroes[DATA_MAX], in[IN_BYTES], headers[MAX_IOV][BHS + 512];
static struct iovec out[MAX_IOV];
static int out_count, socket_fd;
static uint32_t stat_sn, exp_cmd_sn, blocks;

static uint32_t get32(const unsigned char *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }
static uint32_t get24(const unsigned char *p) { return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]; }
static void put32(unsigned char *p, uint32_t v) { p[0] = (unsigned char)(v >> 24); p[1] = (unsigned char)(v >> 16); p[2] = (unsigned char)(v >> 8); p[3] = (unsigned char)v; }
static void put24(unsigned char *p, uint32_t v) { p[0] = (unsigned char)(v >> 16); p[1] = (unsigned char)(v >> 8); p[2] = (unsigned char)v; }

/* Writes out what has been gathered; 0 when the peer is gone. */
static int flush(void)
{
	struct iovec *v = out;
	while (out_count > 0) {
		ssize_t n = writev(socket_fd, v, out_count);
		if (n <= 0)
			return 0;
		for (; out_count > 0 && (size_t)n >= v->iov_len; v++, out_count--)
			n -= (ssize_t)v->iov_len;
		if (out_count > 0) {
			v->iov_base = (char *)v->iov_base + n;
			v->iov_len -= (size_t)n;
		}
	}
	return 1;
}

/* Begins an answer: a header with tag and numbers filled in, and `length` bytes of data behind it. */
static unsigned char *answer(const unsigned char *request, int opcode, const void *data, uint32_t length)
{
	if (out_count + 2 > MAX_IOV && !flush())
		exit(1);
	unsigned char *h = headers[out_count];
	memset(h, 0, BHS);
	h[0] = (unsigned char)opcode;
	h[1] = 0x80;
	put24(h + 5, length);
	memcpy(h + 16, request + 16, 4);
	put32(h + 24, stat_sn++);
	put32(h + 28, exp_cmd_sn);
	put32(h + 32, exp_cmd_sn + WINDOW - 1);
	out[out_count++] = (struct iovec){ h, BHS };
	if (length > 0) {
		/* Short answers are copied behind the header: the caller's buffer may be gone at the write. */
		if (length <= 508) {
			memset(h + BHS, 0, 512);
			memcpy(h + BHS, data, length);
			out[out_count - 1].iov_len += (length + 3) & ~3U;
		} else {
			out[out_count++] = (struct iovec){ (void *)data, length };
		}
	}
	return h;
}

static void on_login(const unsigned char *p)
{
	static const char security[] = "AuthMethod=None\0TargetPortalGroupTag=1";
	static const char operational[] = "HeaderDigest=None\0DataDigest=None\0InitialR2T=No\0ImmediateData=Yes\0"
					  "MaxRecvDataSegmentLength=262144\0MaxBurstLength=262144\0FirstBurstLength=262144\0"
					  "DefaultTime2Wait=2\0DefaultTime2Retain=0\0MaxOutstandingR2T=1\0MaxConnections=1\0"
					  "ErrorRecoveryLevel=0\0DataPDUInOrder=Yes\0DataSequenceInOrder=Yes\0IFMarker=No\0OFMarker=No";
	int stage = p[1] >> 2 & 3;
	exp_cmd_sn = get32(p + 24);
	unsigned char *h = stage == 0 ? answer(p, 0x23, security, sizeof(security)) : answer(p, 0x23, operational, sizeof(operational));
	h[1] = p[1] & 0x8f;
	memcpy(h + 8, p + 8, 6);
	h[15] = 1;
}

/* One whole Data-In with the status in it. */
static void data_in(const unsigned char *p, const void *data, uint32_t length)
{
	uint32_t expected = get32(p + 20);
	uint32_t sent = length < expected ? length : expected;
	unsigned char *h = answer(p, 0x25, data, sent);
	h[1] = 0x81;
	if (sent < expected) {
		h[1] |= 0x02;
		put32(h + 44, expected - sent);
	}
	put32(h + 20, 0xffffffff);
}

static void on_command(const unsigned char *p)
{
	const unsigned char *cdb = p + 32;
	unsigned char reply[36] = { 0 };
	if (!(p[0] & 0x40))
		exp_cmd_sn = get32(p + 24) + 1;
	switch (cdb[0]) {
	case 0x28: /* READ(10) */
	case 0x88: /* READ(16) */
		data_in(p, zeroes, get32(p + 20));
		break;
	case 0x12: /* INQUIRY */
		reply[2] = 5;
		reply[4] = 31;
		memset(reply + 8, ' ', 28);
		data_in(p, reply, 36);
		break;
	case 0x9e: /* READ CAPACITY(16) */
		put32(reply + 4, blocks - 1);
		put32(reply + 8, 512);
		data_in(p, reply, 32);
		break;
	case 0x8a: /* WRITE(16): the data came with it, or comes unsolicited and ends with the F bit */
		if (!(p[1] & 0x80))
			break;
		/* fallthrough */
	default: /* TEST UNIT READY */
		answer(p, 0x21, NULL, 0);
	}
}

/* Answers the PDU at p; 0 after a logout or something unknown. */
static int on_pdu(const unsigned char *p)
{
	switch (p[0] & 0x3f) {
	case 0x00:
		put32(answer(p, 0x20, NULL, 0) + 20, 0xffffffff);
		return 1;
	case 0x01:
		on_command(p);
		return 1;
	case 0x03:
		on_login(p);
		return 1;
	case 0x05:
		if (p[1] & 0x80)
			answer(p, 0x21, NULL, 0);
		return 1;
	case 0x06:
		answer(p, 0x26, NULL, 0);
		flush();
		return 0;
	default:
		fprintf(stderr, "responder: opcode %02x\n", p[0]);
		return 0;
	}
}

static void serve(void)
{
	size_t have = 0;
	for (;;) {
		ssize_t n = read(socket_fd, in + have, IN_BYTES - have);
		if (n <= 0)
			return;
		have += (size_t)n;
		size_t at = 0;
		while (have - at >= BHS) {
			size_t whole = BHS + in[at + 4] * 4U + ((get24(in + at + 5) + 3) & ~3U);
			if (whole > IN_BYTES / 2)
				return;
			if (have - at < whole)
				break;
			if (!on_pdu(in + at))
				return;
			at += whole;
		}
		memmove(in, in + at, have - at);
		have -= at;
		if (!flush())
			return;
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: responder PORT BYTES\n", stderr);
		return 2;
	}
	blocks = (uint32_t)(strtoull(argv[2], NULL, 10) / 512);
	int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 4) != 0) {
		perror("responder: listen");
		return 1;
	}
	for (;;) {
		socket_fd = accept(listener, NULL, NULL);
		if (socket_fd < 0)
			continue;
		setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		stat_sn = 1;
		out_count = 0;
		serve();
		close(socket_fd);
	}
}
