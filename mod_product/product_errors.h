/* product_errors: the errors of the product service. In its answers an error has a code and a
 * message only, and the message has the text that other services put into the details. */
#ifndef PRODUCT_ERRORS_H
#define PRODUCT_ERRORS_H

#include "bk_error.h"

extern const bk_error_t product_error_invalid;
extern const bk_error_t product_error_not_found;

#endif
