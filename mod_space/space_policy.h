/* space_policy: a policy on its way from clients, or a file, to the store and back.
 *
 * Clients see one object: its id, the members that they gave, and its version. The store keeps what
 * they gave, as text. No httpd is needed. Any thread may call.
 */
#ifndef SPACE_POLICY_H
#define SPACE_POLICY_H

#include "bk_json_text.h"
#include "bk_policy_input.h"
#include "bk_zone.h"
#include "space_v1_store.h"

/** Finds a time zone by its name. @see bk_zone_open */
typedef apr_status_t space_policy_zone_t(const bk_zone_t **zone, const char *name);

/**
 * Check the id of a policy, which becomes a segment of a path.
 * @return NULL, or what is wrong, in English, in @a p
 */
const char *space_policy_id_wrong(const char *id, apr_pool_t *p);

/**
 * Read a policy.
 * @param policy  body and see are set; they live in @a p
 * @param object  as it was sent; "id" and "version" in it are not looked at
 * @param zone    tells whether there is a zone; the store keeps no policy of an unknown one
 * @param faults  what is wrong is added to it
 * @return 1; 0 if a fault was added
 */
int space_policy_read(space_policy_t *policy, const bk_json_t *object, space_policy_zone_t *zone,
                      bk_faults_t *faults, apr_pool_t *p);

/** Write a policy as clients see it: the members of an object that the caller begins and ends. */
void space_policy_write(bk_json_text_t *text, const space_policy_t *policy);

/**
 * Read the rules of a policy that the store keeps.
 * @return NULL: it was not written by space_policy_read() of this version
 */
const bk_policy_input_t *space_policy_rules(const space_policy_t *policy, apr_pool_t *p);

#endif
