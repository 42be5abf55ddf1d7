/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving up rights: resource limits, landlock, then a seccomp filter that kills. Landlock alone is never enough (kernels of 2022 lack its
 * rules for truncate and TCP) and seccomp alone cannot look at paths; each stands without the other. Knows nothing of what
 * the role does with what it keeps.
 */
#include <errno.h>
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

#if defined(__SANITIZE_ADDRESS__)
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

/* Deny all that this kernel's landlock can deny. A kernel without it is left to seccomp. */
static int
enter_landlock(accord_err *err)
{
	long version = syscall(LANDLOCK_CREATE_RULESET, NULL, (size_t)0, LANDLOCK_VERSION_FLAG), restricted;
	const landlock_version *row;
	int ruleset, number;

	if (version < 1)
		return 0;
	row = &landlock_versions[version < (long)AC_COUNT(landlock_versions) ? version - 1
									     : (long)AC_COUNT(landlock_versions) - 1];
	ruleset = (int)syscall(LANDLOCK_CREATE_RULESET, &row->denied, row->size, 0u);
	if (ruleset < 0)
		return fail_system(err, "landlock", errno);
	restricted = syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0u);
	number = errno;
	(void)close(ruleset);
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
	rc = enter_landlock(err);
	if (!rc)
		rc = lower_limits(err);
	return rc ? rc : enter_seccomp(err);
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
