/* bk_scope: what the holder of a token may do.
 *
 * A session, and a password that comes with a request, may do all that its user may. An API token
 * is made for less: its scopes say which routes it opens, and its user's rights apply as well. Any
 * thread may call.
 */
#ifndef BK_SCOPE_H
#define BK_SCOPE_H

/** One scope, or several as a set of bits. */
typedef enum bk_scope_t {
    BK_SCOPE_DEFAULT = 0,   /* of a route: READ for GET, and SELF for other methods */
    BK_SCOPE_READ = 0x01,   /* "read": what the user may see */
    BK_SCOPE_BOOK = 0x02,   /* "book": make, change and cancel bookings */
    BK_SCOPE_MANAGE = 0x04, /* "manage": what managers of spaces may change */
    BK_SCOPE_ADMIN = 0x08,  /* "admin": what administrators may change */
    BK_SCOPE_EVENTS = 0x10, /* "events": the log of events */
    BK_SCOPE_SELF = 0x20    /* the user's own account, sessions and tokens: no token has it */
} bk_scope_t;

/** All that there are: a session, or a password. */
#define BK_SCOPE_ALL 0x3fU

/** The scope of a name, such as "read". @return 0: there is none that a token can have */
unsigned int bk_scope_of_name(const char *name);

/** The name of a scope that a token can have. @param scope  one bit @return NULL: there is none */
const char *bk_scope_name(unsigned int scope);

#endif
