#include "user_v1_settings.h"

#include <string.h>

static int flag_of(const bk_json_t *object, const char *name)
{
    const bk_json_value_t *value = bk_json_member(object, name);

    return !value || value->kind != BK_JSON_BOOL || value->number;
}

static void read_favourites(user_v1_settings_t *settings, const bk_json_t *list, apr_pool_t *p)
{
    const char **ids = apr_palloc(p, (list->count + 1) * sizeof(*ids));
    apr_size_t i;

    settings->count = 0;
    for (i = 0; i < list->count; i++) {
        if (list->members[i].kind == BK_JSON_TEXT) {
            ids[settings->count++] = list->members[i].text;
        }
    }
    settings->favourites = ids;
}

user_v1_settings_t user_v1_settings_read(const user_v1_t *user, apr_pool_t *p)
{
    user_v1_settings_t settings = {1, 1, NULL, 0};
    const bk_json_value_t *member;
    const bk_json_t *object;
    const char *why;

    if (!user->settings ||
        bk_json_parse(&object, user->settings, strlen(user->settings), &why, p) != BK_JSON_PARSED) {
        return settings;
    }
    member = bk_json_member(object, "mail");
    if (member && member->kind == BK_JSON_OBJECT) {
        settings.confirmations = flag_of(member->nested, "confirmations");
        settings.reminders = flag_of(member->nested, "reminders");
    }
    member = bk_json_member(object, "favourites");
    if (member && member->kind == BK_JSON_ARRAY) {
        read_favourites(&settings, member->nested, p);
    }
    return settings;
}

void user_v1_settings_write(bk_json_text_t *text, const user_v1_settings_t *settings)
{
    apr_size_t i;

    bk_json_text_object(text, "mail");
    bk_json_text_bool(text, "confirmations", settings->confirmations);
    bk_json_text_bool(text, "reminders", settings->reminders);
    bk_json_text_object_end(text);
    bk_json_text_array(text, "favourites");
    for (i = 0; i < settings->count; i++) {
        bk_json_text_string(text, NULL, settings->favourites[i]);
    }
    bk_json_text_array_end(text);
}

void user_v1_settings_apply(const bk_input_t *input, user_v1_t *user, apr_pool_t *p)
{
    const bk_input_field_t *favourites = bk_input_field(input, "favourites");
    const bk_input_field_t *field = bk_input_field(input, "mail");
    const bk_input_t *mail = field->state == BK_INPUT_GIVEN ? bk_input_object(input, "mail") : NULL;
    user_v1_settings_t settings = user_v1_settings_read(user, p);
    bk_json_text_t text;
    apr_size_t i, len;

    if (field->state == BK_INPUT_NULL) {
        settings.confirmations = settings.reminders = 1;
    }
    if (mail) {
        settings.confirmations =
            (int)bk_input_number(mail, "confirmations", settings.confirmations);
        settings.reminders = (int)bk_input_number(mail, "reminders", settings.reminders);
    }
    if (favourites->state != BK_INPUT_ABSENT) {
        const char **ids = apr_palloc(p, (favourites->count + 1) * sizeof(*ids));

        settings.count = favourites->state == BK_INPUT_GIVEN ? favourites->count : 0;
        for (i = 0; i < settings.count; i++) {
            ids[i] = favourites->values[i].text;
        }
        settings.favourites = ids;
    }
    bk_json_text_begin(&text, p);
    user_v1_settings_write(&text, &settings);
    user->settings = bk_json_text_end(&text, &len);
}
