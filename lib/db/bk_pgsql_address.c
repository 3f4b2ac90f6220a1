#include "bk_pgsql_address.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bk_hash.h"

/* More than the options that libpq knows. */
#define OPTIONS 128

static int is_given(const char *value)
{
    return value && *value;
}

/* @return the name to look up; NULL: there is none, or an address is given elsewhere */
static const char *name_in(const bk_pgsql_target_t *target, int host)
{
    const char *name = bk_pgsql_target_value(target, host, "host");

    if (!is_given(name) || *name == '/' || *name == '@' ||
        is_given(bk_pgsql_target_value(target, host, "hostaddr")) ||
        is_given(bk_pgsql_target_value(target, host, "service")) || getenv("PGHOSTADDR") ||
        getenv("PGSERVICE")) {
        return NULL;
    }
    return name;
}

static void add(bk_pgsql_addresses_t *addresses, const struct addrinfo *info)
{
    char *text = addresses->texts[addresses->count];

    if (getnameinfo(info->ai_addr, info->ai_addrlen, text, sizeof(addresses->texts[0]), NULL, 0,
                    NI_NUMERICHOST) == 0) {
        addresses->count++;
    }
}

static void look_up(bk_pgsql_addresses_t *addresses, const char *name)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL, *info;

    if (getaddrinfo(name, NULL, &hints, &found) != 0) {
        return;
    }
    for (info = found; info && addresses->count < BK_PGSQL_ADDRESSES; info = info->ai_next) {
        add(addresses, info);
    }
    freeaddrinfo(found);
}

static void put_first(bk_pgsql_addresses_t *addresses, apr_uint32_t good)
{
    char text[sizeof(addresses->texts[0])];
    int i;

    for (i = 1; i < addresses->count; i++) {
        if (bk_pgsql_address_sum(addresses->texts[i]) == good) {
            memcpy(text, addresses->texts[i], sizeof(text));
            memmove(addresses->texts[1], addresses->texts[0], (size_t)i * sizeof(text));
            memcpy(addresses->texts[0], text, sizeof(text));
            return;
        }
    }
}

void bk_pgsql_address_all(bk_pgsql_addresses_t *addresses, const bk_pgsql_target_t *target,
                          int host, apr_uint32_t good)
{
    const char *name = name_in(target, host);

    addresses->count = addresses->next = 0;
    if (name) {
        look_up(addresses, name);
    }
    if (addresses->count == 0) {
        addresses->texts[addresses->count++][0] = '\0';
    }
    put_first(addresses, good);
}

apr_uint32_t bk_pgsql_address_sum(const char *address)
{
    static const bk_hash_key_t key;

    return (apr_uint32_t)bk_hash(&key, address, strlen(address));
}

PGconn *bk_pgsql_address_connect(const bk_pgsql_target_t *target, int host, const char *address)
{
    const char *keywords[OPTIONS], *values[OPTIONS];
    int count;

    for (count = 0; target->keywords[count] && count < OPTIONS - 2; count++) {
        keywords[count] = target->keywords[count];
        values[count] = target->values[host][count];
    }
    /* The last hostaddr counts, and an empty one is ignored. */
    keywords[count] = "hostaddr";
    values[count++] = address;
    keywords[count] = values[count] = NULL;
    return PQconnectStartParams(keywords, values, 0);
}
