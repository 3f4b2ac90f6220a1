#include "space_policy.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_json_alone.h"

const char *space_policy_id_wrong(const char *id, apr_pool_t *p)
{
    static const bk_input_row_t row = {.name = "id", .kind = BK_INPUT_ID};
    bk_input_value_t value = {.text = id, .len = strlen(id)};
    const char *code;

    return bk_json_is_text(id, value.len) ? bk_input_read(&row, &value, &code, p) : "must be UTF-8";
}

/* The members that a client gave: what the server alone says is not among them. */
static const char *make_body(const bk_json_t *object, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t i, len;

    bk_json_text_begin(&text, p);
    for (i = 0; i < object->count; i++) {
        const bk_json_value_t *member = &object->members[i];

        if (strcmp(member->name, "id") != 0 && strcmp(member->name, "version") != 0) {
            bk_json_text_value(&text, member->name, member);
        }
    }
    return bk_json_text_end(&text, &len);
}

int space_policy_read(space_policy_t *policy, const bk_json_t *object, space_policy_zone_t *zone,
                      bk_faults_t *faults, apr_pool_t *p)
{
    const bk_policy_input_t *input = bk_policy_input_read(object, faults, p);
    const bk_zone_t *found;

    if (!input) {
        return 0;
    }
    if (input->time_zone && zone(&found, input->time_zone) != APR_SUCCESS) {
        const bk_fault_pointer_t where = {NULL, "timeZone", 0};

        bk_fault_add(faults, &where, BK_FAULT_BAD_VALUE,
                     "is not a time zone that this server knows, such as Europe/Helsinki");
        return 0;
    }
    policy->body = make_body(object, p);
    policy->see = bk_json_alone_texts(input->rules.see.names, input->rules.see.count, p);
    return 1;
}

/* The members of the stored text are copied as they are: to parse and write them would take longer
 * than all the rest of a booking. */
void space_policy_write(bk_json_text_t *text, const space_policy_t *policy)
{
    apr_size_t len = strlen(policy->body);

    bk_json_text_string(text, "id", policy->id);
    if (len > 2 && policy->body[0] == '{' && policy->body[len - 1] == '}') {
        bk_json_text_raw(text, NULL, policy->body + 1, len - 2);
    }
    bk_json_text_int(text, "version", policy->version);
}

const bk_policy_input_t *space_policy_rules(const space_policy_t *policy, apr_pool_t *p)
{
    const bk_json_t *body;
    const char *why;
    bk_faults_t faults;

    if (bk_json_parse(&body, policy->body, strlen(policy->body), &why, p) != BK_JSON_PARSED) {
        return NULL;
    }
    bk_fault_none(&faults, p);
    return bk_policy_input_read(body, &faults, p);
}
