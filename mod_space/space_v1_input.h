/* space_v1_input: spaces as clients send them: the tables of their members, and what a table cannot
 * say, such as that a zone exists. Needs no store. Any thread may call. */
#ifndef SPACE_V1_INPUT_H
#define SPACE_V1_INPUT_H

#include "bk_fault.h"
#include "bk_input.h"
#include "space_v1_store.h"

/** The members of a new space, and of a patch. */
extern const bk_input_row_t space_v1_input_new[];
extern const bk_input_row_t space_v1_input_patch[];

/** Features of a space, at the most, and characters of one. */
#define SPACE_V1_INPUT_FEATURES 32
#define SPACE_V1_INPUT_FEATURE 64

/** Whether a text is a feature: a slug of small letters, digits and - _ . 1 or 0 */
int space_v1_input_is_feature(const char *text);

/**
 * Make a space of what was sent.
 * @param input  by space_v1_input_new, without faults
 * @param now    nanoseconds since the epoch
 */
void space_v1_input_make(space_v1_t *space, const bk_input_t *input, apr_int64_t now,
                         bk_faults_t *faults, apr_pool_t *p);

/**
 * Apply what was sent to a space: members that are absent stay, those that are null become as if
 * they had never been given.
 * @param space   use it only if no fault was added
 * @param input   by either table, without faults
 * @param faults  receives what is wrong
 */
void space_v1_input_apply(space_v1_t *space, const bk_input_t *input, bk_faults_t *faults,
                          apr_pool_t *p);

/** The first member of a patch that only administrators may change. @return NULL: there is none */
const char *space_v1_input_of_admin(const bk_input_t *input);

#endif
