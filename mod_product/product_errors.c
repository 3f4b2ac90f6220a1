#include <stddef.h>

#include "product_errors.h"

/* These have no default details, because each request has its own. */
const bk_error_t product_error_invalid = {400, 400, "INVALID_INPUT", "Invalid input", NULL};
const bk_error_t product_error_not_found = {404, 404, "NOT_FOUND", "Product not found", NULL};
