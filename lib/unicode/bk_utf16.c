#include "bk_utf16.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

void bk_utf16_keep_loaded(void)
{
    static atomic_int is_kept;
    void *const functions[] = {(void *)uspoof_open, (void *)u_charType};
    unsigned int i;

    if (atomic_exchange(&is_kept, 1)) {
        return;
    }
    for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        Dl_info info;
        void *library = dladdr(functions[i], &info)
                            ? dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE)
                            : NULL;

        if (library) {
            dlclose(library);
        }
    }
}

void bk_utf16_make_room(bk_utf16_t *text, int32_t room, apr_pool_t *p)
{
    text->room = room;
    text->len = 0;
    text->chars = apr_palloc(p, ((apr_size_t)room + 1) * sizeof(UChar));
}

apr_status_t bk_utf16_from_utf8(bk_utf16_t *text, const char *bytes, apr_pool_t *p)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t len = (int32_t)strlen(bytes);

    bk_utf16_keep_loaded();
    bk_utf16_make_room(text, len, p);
    u_strFromUTF8(text->chars, text->room, &text->len, bytes, len, &error);
    return U_SUCCESS(error) ? APR_SUCCESS : APR_EGENERAL;
}

apr_status_t bk_utf16_to_utf8(const char **bytes, const bk_utf16_t *text, apr_pool_t *p)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t room = text->len * 3;
    char *copy = apr_palloc(p, (apr_size_t)room + 1);

    u_strToUTF8(copy, room + 1, NULL, text->chars, text->len, &error);
    *bytes = copy;
    return U_SUCCESS(error) ? APR_SUCCESS : APR_EGENERAL;
}

/* Most texts stay as long as they are. What does not fit is done again, with as much room as ICU
 * says that it needs. */
apr_status_t bk_utf16_normalise(bk_utf16_t *to, const bk_utf16_t *from, bk_utf16_form_t *form,
                                apr_pool_t *p)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *normaliser = form(&error);

    bk_utf16_make_room(to, from->len + from->len / 2, p);
    to->len = unorm2_normalize(normaliser, from->chars, from->len, to->chars, to->room, &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
        error = U_ZERO_ERROR;
        bk_utf16_make_room(to, to->len, p);
        to->len = unorm2_normalize(normaliser, from->chars, from->len, to->chars, to->room, &error);
    }
    return U_SUCCESS(error) ? APR_SUCCESS : APR_EGENERAL;
}

void bk_utf16_add(bk_utf16_t *text, UChar32 c)
{
    U16_APPEND_UNSAFE(text->chars, text->len, c);
}
