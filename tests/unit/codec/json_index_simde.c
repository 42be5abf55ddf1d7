/* SPDX-License-Identifier: Apache-2.0 */
#include "json_index_simde.h"

const ac_json_kernel *
json_index_simde(void)
{
	return NULL;
}
