/* bookable-admin: users and their roles, from the command line.
 *
 * The first administrator is made with it; after that, administrators make others over HTTP. It
 * works on the database itself, by the same store as mod_user, whether httpd runs or not.
 */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <apr_dbd.h>
#include <apr_file_info.h>
#include <apr_general.h>
#include <apr_getopt.h>
#include <apr_strings.h>

#include "bk_password.h"
#include "bk_text.h"
#include "user_rules.h"
#include "user_store.h"

#define COST 12
#define SESSION apr_time_from_sec(3600)
#define TIMEOUT apr_time_from_sec(10)

static const char usage[] =
    "Usage: bookable-admin [--driver sqlite3] --params PATH COMMAND\n"
    "\n"
    "  add --name NAME --role admin|member [--email EMAIL]\n"
    "                          add a user, and print the new user id\n"
    "  grant ID admin|member   give a user a role\n"
    "  password ID             set a user's password; sessions and tokens end\n"
    "  list                    print id, role and name of every user\n"
    "\n"
    "  --driver  the database's kind, as in DBDriver\n"
    "  --params  the database, as in DBDParams: the file's path for sqlite3\n"
    "\n"
    "A password is asked for at the terminal, or else read as the first line of standard\n"
    "input; it is never an argument, which anyone on the host could see.\n";

typedef struct settings_t {
    const char *driver;
    const char *params;
    const char *name;
    const char *role;
    const char *email;
} settings_t;

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "bookable-admin: %s%s%s\n", what, why ? ": " : "", why ? why : "");
    return EXIT_FAILURE;
}

/* ---- the password -------------------------------------------------------------------------------
 */

/* Read a line without its end. @return NULL, or what is wrong with it */
static const char *read_line(char *line, apr_size_t size)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t len = getline(&text, &room, stdin);
    const char *wrong = NULL;

    if (len < 0) {
        wrong = "there is none";
    }
    else {
        while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r')) {
            text[--len] = '\0';
        }
        if (strlen(text) != (apr_size_t)len) {
            wrong = "it holds a NUL";
        }
        else if ((apr_size_t)len >= size) {
            wrong = "it is longer than 72 bytes";
        }
        else {
            memcpy(line, text, (apr_size_t)len + 1);
        }
    }
    free(text);
    return wrong;
}

/* The same from a terminal, which does not show it. */
static const char *ask(const char *prompt, char *line, apr_size_t size)
{
    struct termios shown, hidden;
    const char *wrong;

    fputs(prompt, stderr);
    if (tcgetattr(STDIN_FILENO, &shown) != 0) {
        return "the terminal cannot hide it";
    }
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    wrong = read_line(line, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    return wrong;
}

/* @return NULL, or what is wrong with the password */
static const char *read_password(char *password, apr_size_t size)
{
    char again[BK_PASSWORD_BYTES + 1];
    const char *wrong;

    if (!isatty(STDIN_FILENO)) {
        wrong = read_line(password, size);
    }
    else {
        wrong = ask("Password: ", password, size);
        if (!wrong) {
            wrong = ask("Once more: ", again, sizeof(again));
        }
        if (!wrong && strcmp(password, again) != 0) {
            wrong = "the two differ";
        }
    }
    return !wrong && !*password ? "it is empty" : wrong;
}

static int hash_password(const char **hash, apr_pool_t *p)
{
    char password[BK_PASSWORD_BYTES + 1];
    const char *wrong = read_password(password, sizeof(password));
    apr_status_t rv;

    if (wrong) {
        return fail("the password is not usable", wrong);
    }
    rv = bk_password_hash(hash, password, COST, p);
    return rv == APR_SUCCESS ? EXIT_SUCCESS : fail("the password could not be hashed", NULL);
}

/* ---- commands -----------------------------------------------------------------------------------
 */

static int report(bk_db_t *db, apr_status_t rv)
{
    if (rv == APR_NOTFOUND) {
        return fail("there is no user of this id", NULL);
    }
    return rv == APR_SUCCESS ? EXIT_SUCCESS : fail("the database failed", bk_db_error(db));
}

static int read_role(const char *role, int *is_admin)
{
    *is_admin = role && strcmp(role, "admin") == 0;
    return *is_admin || (role && strcmp(role, "member") == 0)
               ? EXIT_SUCCESS
               : fail("a role is either admin or member", NULL);
}

static int add(bk_db_t *db, const settings_t *settings, apr_pool_t *p)
{
    user_t user = {.name = settings->name, .email = settings->email};
    const char *wrong;
    apr_status_t rv;

    wrong = user.name ? user_rules_name(user.name, strlen(user.name)) : "--name is required";
    if (!wrong && user.email) {
        wrong = user_rules_email(user.email, strlen(user.email));
    }
    if (wrong) {
        return fail(wrong, NULL);
    }
    if (read_role(settings->role, &user.is_admin) != EXIT_SUCCESS ||
        hash_password(&user.password_hash, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    user.session_start = apr_time_now();
    user.session_end = user.session_start + SESSION;
    rv = user_rules_insert(&user_store_dbd, db, &user);
    if (rv == APR_SUCCESS) {
        printf("%" APR_INT64_T_FMT "\n", user.id);
    }
    return report(db, rv);
}

static int read_id(const char *text, apr_int64_t *id)
{
    return text && bk_text_int(text, id) && *id > 0 ? EXIT_SUCCESS
                                                    : fail("a user id is a positive integer", NULL);
}

static int grant(bk_db_t *db, const char *id_text, const char *role)
{
    apr_int64_t id;
    int is_admin;

    if (read_id(id_text, &id) != EXIT_SUCCESS || read_role(role, &is_admin) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return report(db, user_store_dbd.set_admin(db, id, is_admin));
}

static int set_password(bk_db_t *db, const char *id_text, apr_pool_t *p)
{
    apr_int64_t id;
    const char *hash;
    user_t user;
    apr_status_t rv;

    if (read_id(id_text, &id) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    rv = user_store_dbd.find(db, id, &user, p);
    if (rv != APR_SUCCESS) {
        return report(db, rv);
    }
    if (hash_password(&hash, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return report(db, user_store_dbd.set_password(db, id, hash, apr_time_now()));
}

static apr_status_t print_user(void *baton, const user_t *user)
{
    printf("%" APR_INT64_T_FMT "\t%s\t%s\n", user->id, user->is_admin ? "admin" : "member",
           user->name);
    return APR_SUCCESS;
}

static int run(bk_db_t *db, const settings_t *settings, int argc, const char *const *argv,
               apr_pool_t *p)
{
    const char *command = argv[0];

    if (strcmp(command, "add") == 0 && argc == 1) {
        return add(db, settings, p);
    }
    if (strcmp(command, "grant") == 0 && argc == 3) {
        return grant(db, argv[1], argv[2]);
    }
    if (strcmp(command, "password") == 0 && argc == 2) {
        return set_password(db, argv[1], p);
    }
    if (strcmp(command, "list") == 0 && argc == 1) {
        return report(db, user_store_dbd.each(db, print_user, NULL, p));
    }
    fputs(usage, stderr);
    return EXIT_FAILURE;
}

/* ---- the database -------------------------------------------------------------------------------
 */

/* SQLite makes files beside the database, and httpd has to be able to write them: root goes on as
 * the owner of the folder. */
static int become_owner(const char *path, apr_pool_t *p)
{
    char *folder = apr_pstrdup(p, path);
    char *slash = strrchr(folder, '/');
    struct stat info;

    if (slash) {
        slash[slash == folder] = '\0';
    }
    if (stat(slash ? folder : ".", &info) != 0) {
        return fail(slash ? folder : ".", strerror(errno));
    }
    if (geteuid() != 0 || info.st_uid == 0) {
        return EXIT_SUCCESS;
    }
    if (setgroups(0, NULL) != 0 || setgid(info.st_gid) != 0 || setuid(info.st_uid) != 0) {
        return fail("cannot continue as the owner of the database's folder", strerror(errno));
    }
    return EXIT_SUCCESS;
}

static int with_handle(const apr_dbd_driver_t *driver, apr_dbd_t *handle,
                       const settings_t *settings, int argc, const char *const *argv, apr_pool_t *p)
{
    const bk_db_options_t options = {.synchronous = BK_DB_SYNCHRONOUS_FULL,
                                     .busy_timeout = TIMEOUT,
                                     .statement_timeout = TIMEOUT,
                                     .connect_timeout = TIMEOUT};
    bk_db_t *db = NULL;
    apr_status_t rv = bk_db_attach(&db, driver, handle, &user_store_dbd_schema, &options, p);

    if (rv != APR_SUCCESS) {
        return fail("the database is not ready", rv == APR_ENOTIMPL
                                                     ? "users cannot be kept in one of its kind"
                                                     : bk_db_error(db));
    }
    return run(db, settings, argc, argv, p);
}

static int with_database(const settings_t *settings, int argc, const char *const *argv,
                         apr_pool_t *p)
{
    const apr_dbd_driver_t *driver;
    const char *error = NULL;
    apr_dbd_t *handle;
    apr_pool_t *statements;
    int result;

    apr_dbd_init(p);
    if (apr_dbd_get_driver(p, settings->driver, &driver) != APR_SUCCESS) {
        return fail("there is no such database driver", settings->driver);
    }
    if (strcmp(settings->driver, "sqlite3") == 0 &&
        become_owner(settings->params, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (apr_dbd_open_ex(driver, p, settings->params, &handle, &error) != APR_SUCCESS) {
        return fail("the database cannot be opened", error ? error : settings->params);
    }
    /* Statements end before their connection, and that in order: SQLite then leaves one clean file.
     */
    apr_pool_create(&statements, p);
    result = with_handle(driver, handle, settings, argc, argv, statements);
    apr_pool_destroy(statements);
    (void)apr_dbd_close(driver, handle);
    return result;
}

/* ---- the command line ---------------------------------------------------------------------------
 */

enum { OPT_DRIVER = 256, OPT_PARAMS, OPT_NAME, OPT_ROLE, OPT_EMAIL, OPT_HELP };

static const apr_getopt_option_t options_known[] = {{"driver", OPT_DRIVER, 1, ""},
                                                    {"params", OPT_PARAMS, 1, ""},
                                                    {"name", OPT_NAME, 1, ""},
                                                    {"role", OPT_ROLE, 1, ""},
                                                    {"email", OPT_EMAIL, 1, ""},
                                                    {"help", OPT_HELP, 0, ""},
                                                    {NULL, 0, 0, NULL}};

/* @return 0, or 1 if the command line is not right, or 2 if help was asked for */
static int read_options(apr_getopt_t *state, settings_t *settings)
{
    const char *value;
    apr_status_t rv;
    int option;

    while ((rv = apr_getopt_long(state, options_known, &option, &value)) == APR_SUCCESS) {
        switch (option) {
        case OPT_DRIVER:
            settings->driver = value;
            break;
        case OPT_PARAMS:
            settings->params = value;
            break;
        case OPT_NAME:
            settings->name = value;
            break;
        case OPT_ROLE:
            settings->role = value;
            break;
        case OPT_EMAIL:
            settings->email = value;
            break;
        default:
            return 2;
        }
    }
    return rv != APR_EOF;
}

int main(int argc, const char *const *argv)
{
    settings_t settings = {.driver = "sqlite3"};
    apr_getopt_t *state;
    apr_pool_t *p;
    int wrong, result;

    /* A database that is made here holds password hashes. */
    umask(S_IRWXG | S_IRWXO);
    apr_app_initialize(&argc, &argv, NULL);
    atexit(apr_terminate);
    apr_pool_create(&p, NULL);
    apr_getopt_init(&state, p, argc, argv);
    state->interleave = 1;
    wrong = read_options(state, &settings);
    if (wrong == 2) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (wrong || !settings.params || state->ind >= argc) {
        fputs(usage, stderr);
        return EXIT_FAILURE;
    }
    result = with_database(&settings, argc - state->ind, state->argv + state->ind, p);
    apr_pool_destroy(p);
    return result;
}
