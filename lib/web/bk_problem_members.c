#include "bk_problem_members.h"

static void write_owner(bk_json_text_t *text, const bk_problem_conflict_t *conflict)
{
    if (!conflict->owner) {
        bk_json_text_string(text, "owner", NULL);
        return;
    }
    bk_json_text_object(text, "owner");
    bk_json_text_string(text, "id", conflict->owner);
    bk_json_text_string(text, "name", conflict->owner_name);
    bk_json_text_object_end(text);
}

void bk_problem_members_conflicts(bk_json_text_t *text, const bk_problem_conflict_t *conflicts,
                                  apr_size_t count)
{
    apr_size_t i;

    bk_json_text_array(text, "conflicts");
    for (i = 0; i < count && i < BK_PROBLEM_CONFLICTS; i++) {
        bk_json_text_object(text, NULL);
        bk_json_text_instant(text, "start", &conflicts[i].start);
        bk_json_text_instant(text, "end", &conflicts[i].end);
        bk_json_text_string(text, "kind", conflicts[i].kind);
        bk_json_text_string(text, "title", conflicts[i].title);
        write_owner(text, &conflicts[i]);
        bk_json_text_object_end(text);
    }
    bk_json_text_array_end(text);
}

void bk_problem_members_alternatives(bk_json_text_t *text,
                                     const bk_problem_alternative_t *alternatives, apr_size_t count)
{
    apr_size_t i;

    bk_json_text_array(text, "alternatives");
    for (i = 0; i < count && i < BK_PROBLEM_ALTERNATIVES; i++) {
        bk_json_text_object(text, NULL);
        bk_json_text_string(text, "space", alternatives[i].space);
        bk_json_text_instant(text, "start", &alternatives[i].start);
        bk_json_text_instant(text, "end", &alternatives[i].end);
        if (alternatives[i].is_shorter) {
            bk_json_text_bool(text, "shorter", 1);
        }
        bk_json_text_object_end(text);
    }
    bk_json_text_array_end(text);
}

void bk_problem_members_violations(bk_json_text_t *text, const bk_problem_violation_t *violations,
                                   apr_size_t count)
{
    apr_size_t i;

    bk_json_text_array(text, "violations");
    for (i = 0; i < count; i++) {
        bk_json_text_object(text, NULL);
        bk_json_text_string(text, "rule", violations[i].rule);
        if (violations[i].has_limit) {
            bk_json_text_int(text, "limit", violations[i].limit);
            bk_json_text_int(text, "got", violations[i].got);
        }
        bk_json_text_string(text, "detail", violations[i].detail);
        bk_json_text_object_end(text);
    }
    bk_json_text_array_end(text);
}
