/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving up rights: resource limits, landlock, then a seccomp filter that kills. Landlock alone is never enough (kernels of 2022 lack its
 * rules for truncate and TCP) and seccomp alone cannot look at paths; each stands without the other. Knows nothing of what
 * the role does with what it keeps.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/role.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WITH_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define WITH_SANITIZER 1
#endif
#endif
#ifndef WITH_SANITIZER
#define WITH_SANITIZER 0
#endif

/* Standard input, output, error, and the role's socket. */
#define DESCRIPTORS_KEPT (AC_ROLE_FD + 1)

/* How an argument must be for the call to be allowed. */
typedef enum argument_rule {
	ANY_ARGUMENTS,
	NOT_EXECUTABLE, /* the third argument has no PROT_EXEC */
	OWN_PROCESS     /* the first argument is our process id */
} argument_rule;

typedef struct allowed_call {
	int number;
	argument_rule rule;
} allowed_call;

static const allowed_call parse_calls[] = {
	/* the socket and standard error, which are open already */
	{ SCMP_SYS(read), ANY_ARGUMENTS },
	{ SCMP_SYS(write), ANY_ARGUMENTS },
	{ SCMP_SYS(readv), ANY_ARGUMENTS },
	{ SCMP_SYS(writev), ANY_ARGUMENTS },
	{ SCMP_SYS(recvmsg), ANY_ARGUMENTS },
	{ SCMP_SYS(sendmsg), ANY_ARGUMENTS },
	{ SCMP_SYS(recvfrom), ANY_ARGUMENTS },
	{ SCMP_SYS(sendto), ANY_ARGUMENTS },
	{ SCMP_SYS(poll), ANY_ARGUMENTS },
	{ SCMP_SYS(ppoll), ANY_ARGUMENTS },
	{ SCMP_SYS(close), ANY_ARGUMENTS },
	/* memory, never executable */
	{ SCMP_SYS(mmap), NOT_EXECUTABLE },
	{ SCMP_SYS(mprotect), NOT_EXECUTABLE },
	{ SCMP_SYS(munmap), ANY_ARGUMENTS },
	{ SCMP_SYS(mremap), ANY_ARGUMENTS },
	{ SCMP_SYS(madvise), ANY_ARGUMENTS },
	{ SCMP_SYS(brk), ANY_ARGUMENTS },
	{ SCMP_SYS(futex), ANY_ARGUMENTS },
	/* time and chance */
	{ SCMP_SYS(clock_gettime), ANY_ARGUMENTS },
	{ SCMP_SYS(gettimeofday), ANY_ARGUMENTS },
	{ SCMP_SYS(getrandom), ANY_ARGUMENTS },
	/* glibc's qsort asks for the size of memory before it takes some */
	{ SCMP_SYS(sysinfo), ANY_ARGUMENTS },
	/* the end, also by abort() */
	{ SCMP_SYS(exit), ANY_ARGUMENTS },
	{ SCMP_SYS(exit_group), ANY_ARGUMENTS },
	{ SCMP_SYS(rt_sigreturn), ANY_ARGUMENTS },
	{ SCMP_SYS(rt_sigprocmask), ANY_ARGUMENTS },
	{ SCMP_SYS(getpid), ANY_ARGUMENTS },
	{ SCMP_SYS(gettid), ANY_ARGUMENTS },
	{ SCMP_SYS(tgkill), OWN_PROCESS },
	{ SCMP_SYS(restart_syscall), ANY_ARGUMENTS },
#if WITH_SANITIZER
	{ SCMP_SYS(sigaltstack), ANY_ARGUMENTS },
	{ SCMP_SYS(rt_sigaction), ANY_ARGUMENTS },
	{ SCMP_SYS(sched_yield), ANY_ARGUMENTS },
	{ SCMP_SYS(getrlimit), ANY_ARGUMENTS },
	{ SCMP_SYS(prlimit64), ANY_ARGUMENTS },
#endif
};

static int
fail_system(accord_err *err, const char *what, int number)
{
	return ac_fail(err, ACCORD_EIO, "cannot give up rights: %s: %s", what, ac_errno_text(number));
}

static int
lower_limit(__rlimit_resource_t resource, rlim_t value, accord_err *err)
{
	const struct rlimit limit = { value, value };

	return setrlimit(resource, &limit) == 0 ? 0 : fail_system(err, "setrlimit", errno);
}

static int
lower_limits(accord_err *err)
{
	int rc = lower_limit(RLIMIT_NOFILE, DESCRIPTORS_KEPT, err);

	if (!rc)
		rc = lower_limit(RLIMIT_CORE, 0, err);
	/* Standard error may be a file that is at its limit now: the words are lost, the role lives. */
	if (!rc && signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		rc = fail_system(err, "signal", errno);
	/* A sanitizer's report is worth more than the limit. */
	if (!rc && !WITH_SANITIZER)
		rc = lower_limit(RLIMIT_FSIZE, 0, err);
	return rc;
}

/* Landlock, from linux/landlock.h of later kernels than the one that this may be built on. */
#define LANDLOCK_CREATE_RULESET 444
#define LANDLOCK_ADD_RULE 445
#define LANDLOCK_RESTRICT_SELF 446
#define LANDLOCK_VERSION_FLAG 1u

typedef struct landlock_attributes {
	uint64_t file_system;
	uint64_t network; /* from version 4 */
	uint64_t scoped;  /* from version 6 */
} landlock_attributes;

/* What each version of the interface added; a row holds all that its version can deny. */
typedef struct landlock_version {
	landlock_attributes denied;
	size_t size; /* bytes of the attributes that the version knows */
} landlock_version;

static const landlock_version landlock_versions[] = {
	{ { (1u << 13) - 1, 0, 0 }, 8 },  /* 1: execute, read, write, make, remove */
	{ { (1u << 14) - 1, 0, 0 }, 8 },  /* 2: refer */
	{ { (1u << 15) - 1, 0, 0 }, 8 },  /* 3: truncate */
	{ { (1u << 15) - 1, 3, 0 }, 16 }, /* 4: TCP bind and connect */
	{ { (1u << 16) - 1, 3, 0 }, 16 }, /* 5: ioctl of devices */
	{ { (1u << 16) - 1, 3, 3 }, 24 }, /* 6: abstract sockets and signals of others */
};

/* All but reading. */
#define LANDLOCK_READS (1u << 2 | 1u << 3)
#define LANDLOCK_IOCTL (1u << 15)
#define LANDLOCK_PATH_BENEATH 1u

typedef struct landlock_beneath {
	uint64_t allowed;
	int32_t folder;
} __attribute__((packed)) landlock_beneath;

static int
allow_beneath(int ruleset, uint64_t allowed, const char *folder, accord_err *err)
{
	landlock_beneath rule = { .allowed = allowed };
	long rc;
	int number;

	rule.folder = open(folder, O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (rule.folder < 0)
		return fail_system(err, folder, errno);
	rc = syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_PATH_BENEATH, &rule, 0u);
	number = errno;
	(void)close(rule.folder);
	return rc == 0 ? 0 : fail_system(err, "landlock", number);
}

/*
 * Deny all that this kernel's landlock can deny; with a folder, all but reading, and but writing in it. A kernel without landlock is left to seccomp.
 */
static int
enter_landlock(const char *folder, accord_err *err)
{
	long version = syscall(LANDLOCK_CREATE_RULESET, NULL, (size_t)0, LANDLOCK_VERSION_FLAG), restricted;
	const landlock_version *row;
	landlock_attributes denied;
	int ruleset, number, rc = 0;

	if (version < 1)
		return 0;
	row = &landlock_versions[version < (long)AC_COUNT(landlock_versions) ? version - 1
									     : (long)AC_COUNT(landlock_versions) - 1];
	denied = row->denied;
	if (folder)
		denied.file_system &= ~(uint64_t)(LANDLOCK_READS | LANDLOCK_IOCTL);
	ruleset = (int)syscall(LANDLOCK_CREATE_RULESET, &denied, row->size, 0u);
	if (ruleset < 0)
		return fail_system(err, "landlock", errno);
	/* Nothing is executed, there neither. */
	if (folder)
		rc = allow_beneath(ruleset, denied.file_system & ~(uint64_t)1, folder, err);
	restricted = rc ? -1 : syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0u);
	number = errno;
	(void)close(ruleset);
	if (rc)
		return rc;
	return restricted == 0 ? 0 : fail_system(err, "landlock", number);
}

static int
add_call(scmp_filter_ctx filter, const allowed_call *call)
{
	switch (call->rule) {
	case ANY_ARGUMENTS:
		return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call->number, 0);
	case NOT_EXECUTABLE:
		return seccomp_rule_add(
		    filter, SCMP_ACT_ALLOW, call->number, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	case OWN_PROCESS:
		return seccomp_rule_add(
		    filter, SCMP_ACT_ALLOW, call->number, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	}
	return -EINVAL;
}

static int
fill_filter(scmp_filter_ctx filter)
{
	int rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	/* Threads that a library may have started are caught as well. */
	if (!rc)
		rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	for (size_t i = 0; !rc && i < AC_COUNT(parse_calls); i++) {
		rc = add_call(filter, &parse_calls[i]);
		/* A call that this processor's kernel never had. */
		if (rc == -EDOM)
			rc = 0;
	}
	return rc;
}

static int
enter_seccomp(accord_err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc;

	if (!filter)
		return ac_fail(err, ACCORD_EIO, "cannot give up rights: want seccomp in this kernel, it has none");
	rc = fill_filter(filter);
	if (!rc)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	if (rc)
		return ac_fail(err, ACCORD_EIO, "cannot give up rights: want a seccomp filter, the kernel said: %s",
		    ac_errno_text(-rc));
	return 0;
}

bool
ac_sandbox_is_built(void)
{
#ifdef ACCORD_COVERAGE
	return false;
#else
	return true;
#endif
}

static int
enter_parse(accord_err *err)
{
	int rc;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail_system(err, "no_new_privs", errno);
	/* Landlock needs a descriptor, so it comes before the limit on them. */
	rc = enter_landlock(NULL, err);
	if (!rc)
		rc = lower_limits(err);
	return rc ? rc : enter_seccomp(err);
}

/* ---- a process that keeps its files ---- */

/* What reading telemetry never needs: other programs, other processes, networks, the kernel's own doors. They fail with EPERM: a library that tries does without. */
static const int refused_calls[] = { SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork),
	SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
	SCMP_SYS(accept4), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal), SCMP_SYS(init_module), SCMP_SYS(finit_module),
	SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(mount), SCMP_SYS(umount2),
	SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl), SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(open_by_handle_at),
	SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(reboot), SCMP_SYS(personality),
#if !WITH_SANITIZER
	/* how a sanitizer looks for leaks */
	SCMP_SYS(ptrace)
#endif
};

/* A call that this processor's kernel never had is no failure. */
static int
ignore_unknown(int rc)
{
	return rc == -EDOM ? 0 : rc;
}

static int
refuse_all(scmp_filter_ctx filter)
{
	const uint32_t eperm = SCMP_ACT_ERRNO(EPERM);
	const scmp_datum_t self = (scmp_datum_t)getpid();
	int rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

	for (size_t i = 0; !rc && i < AC_COUNT(refused_calls); i++)
		rc = ignore_unknown(seccomp_rule_add(filter, eperm, refused_calls[i], 0));
	/* Threads are made as ever: glibc asks clone when there is no clone3, whose flags a filter cannot see. */
	if (!rc)
		rc = ignore_unknown(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
	if (!rc && !WITH_SANITIZER)
		rc = ignore_unknown(
		    seccomp_rule_add(filter, eperm, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)));
	/* No memory becomes code. */
	if (!rc)
		rc = seccomp_rule_add(
		    filter, eperm, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	if (!rc)
		rc = seccomp_rule_add(
		    filter, eperm, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	/* Signals to itself only. */
	if (!rc)
		rc = seccomp_rule_add(filter, eperm, SCMP_SYS(kill), 1, SCMP_A0(SCMP_CMP_NE, self));
	if (!rc)
		rc = seccomp_rule_add(filter, eperm, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_NE, self));
	return rc;
}

int
ac_sandbox_keep_files(const char *folder, accord_err *err)
{
	scmp_filter_ctx filter;
	int rc;

	if (!ac_sandbox_is_built())
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail_system(err, "no_new_privs", errno);
	rc = enter_landlock(folder, err);
	if (rc)
		return rc;
	filter = seccomp_init(SCMP_ACT_ALLOW);
	if (!filter)
		return ac_fail(err, ACCORD_EIO, "cannot give up rights: want seccomp in this kernel, it has none");
	rc = refuse_all(filter);
	if (!rc)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc ? fail_system(err, "seccomp", -rc) : 0;
}

int
ac_sandbox_enter(ac_sandbox kind, accord_err *err)
{
	if (!ac_sandbox_is_built())
		return 0;
	switch (kind) {
	case AC_SANDBOX_PARSE:
		return enter_parse(err);
	}
	return ac_fail(err, ACCORD_EINTERNAL, "want a sandbox that there is, got %d", (int)kind);
}
