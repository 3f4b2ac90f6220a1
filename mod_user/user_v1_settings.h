/* user_v1_settings: what a person has chosen and nothing else needs to look at: the column settings
 * of an account, {"mail":{"confirmations":true,"reminders":true},"favourites":[...]}.
 */
#ifndef USER_V1_SETTINGS_H
#define USER_V1_SETTINGS_H

#include "bk_input.h"
#include "bk_json_text.h"
#include "user_private.h"

/** Spaces that a person has as favourites, at the most. */
#define USER_V1_SETTINGS_FAVOURITES 100

typedef struct user_v1_settings_t {
    int confirmations, reminders; /* whether the person wants such mail */
    const char *const *favourites;
    apr_size_t count;
} user_v1_settings_t;

/** Read the settings of an account. Who has chosen nothing gets all mail, and has no favourites.
 *  @param p  they live here */
user_v1_settings_t user_v1_settings_read(const user_v1_t *user, apr_pool_t *p);

/** Write them as the members "mail" and "favourites". */
void user_v1_settings_write(bk_json_text_t *text, const user_v1_settings_t *settings);

/** Apply these members of a merge patch to an account. @param p  its settings live here then */
void user_v1_settings_apply(const bk_input_t *input, user_v1_t *user, apr_pool_t *p);

#endif
