/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one error contract of libaccord: a function that can fail returns 0 or a
 * negative accord_code, and describes the failure in a caller-owned accord_err.
 */
#ifndef ACCORD_ERROR_H
#define ACCORD_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum accord_code {
	ACCORD_OK = 0,
	ACCORD_EUSAGE = -1,    /* the caller asked for something that does not exist or does not go together */
	ACCORD_EINPUT = -2,    /* bytes that are not what they claim to be */
	ACCORD_ELIMIT = -3,    /* a ceiling of limits.h was reached */
	ACCORD_EIO = -4,       /* the operating system or a remote said no */
	ACCORD_EDENIED = -5,   /* policy said no */
	ACCORD_ENOMEM = -6,    /* no memory */
	ACCORD_ENOTFOUND = -7, /* the thing asked for is not there */
	ACCORD_EVERSION = -8,  /* written by a newer version of the program */
	ACCORD_EINTERNAL = -9  /* a promise of the program itself was broken */
} accord_code;

#define ACCORD_ERR_TEXT_SIZE 512

/*
 * What went wrong and where. Caller-owned, no heap. Zero-initialise before use.
 * line and column count from 1, byte from 0; 0 line means "no place known".
 */
typedef struct accord_err {
	int code;
	uint64_t line;
	uint64_t column;
	uint64_t byte;
	char text[ACCORD_ERR_TEXT_SIZE];
} accord_err;

#ifdef __cplusplus
}
#endif

#endif
