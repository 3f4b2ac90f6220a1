#include "pg_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_dbd.h>
#include <apr_strings.h>
#include <libpq-fe.h>

static char folder[512];
static apr_pool_t *pool;
static pid_t server;

/* PostgreSQL refuses to be root's. A change of the user forgets what signal comes when this process
 * ends: it is set again. */
static const char *as_user(void)
{
    return geteuid() == 0 ? "setpriv --reuid=nobody --regid=nogroup --clear-groups --pdeathsig QUIT"
                          : "";
}

static const char *shell_command(const char *command, const char *output)
{
    return apr_psprintf(pool,
                        "cd / && PATH=\"$(pg_config --bindir):$PATH\" && exec %s %s >>%s/%s 2>&1",
                        as_user(), command, folder, output);
}

static void give_up(const char *command)
{
    fprintf(stderr, "%s\n(what it said is in %s)\n", command, folder);
    abort();
}

/* Line 8 of its own file says so, when line 1 is the process's number. */
static int is_ready(void)
{
    FILE *in = fopen(apr_pstrcat(pool, folder, "/data/postmaster.pid", NULL), "r");
    char line[256];
    int number, ready = 1;

    for (number = 1; in && number <= 8 && ready; number++) {
        ready = fgets(line, sizeof(line), in) != NULL;
        if (number == 1) {
            ready = ready && atoi(line) == (int)server;
        }
    }
    if (in) {
        fclose(in);
    }
    return in && ready && strncmp(line, "ready", 5) == 0;
}

/* It is a child of this process, and ends with it, however that ends. */
static void start_on(const char *address, int port)
{
    const char *command = shell_command(
        apr_psprintf(pool, "postgres -D %s/data -k %s -c listen_addresses=%s -c port=%d -F", folder,
                     folder, address, port),
        "log");
    pid_t test = getpid();

    server = fork();
    if (server == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGQUIT) == 0 && getppid() == test) {
            execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        }
        _exit(127);
    }
    while (server > 0 && !is_ready()) {
        if (waitpid(server, NULL, WNOHANG) != 0) {
            server = -1;
        }
        usleep(10000);
    }
    if (server < 0) {
        give_up(command);
    }
}

void pg_start(void)
{
    start_on("''", 5432);
}

void pg_stop(const char *mode)
{
    kill(server, strcmp(mode, "immediate") == 0 ? SIGQUIT : SIGINT);
    waitpid(server, NULL, 0);
}

void pg_listen(const char *address, int port)
{
    pg_stop("fast");
    start_on(address, port);
}

void pg_restart(const char *mode)
{
    pg_stop(mode);
    pg_start();
}

/* What initdb makes, which takes longer than most of what a test does with it, is kept in the build
 * folder, and copied from then on. As a whole: another test may do so meanwhile, and the first
 * one's stays. */
static void make_cluster(void)
{
    static const char script[] =
        "PATH=\"$(pg_config --bindir):$PATH\"\n"
        "kept=t/unit/initdb-$(initdb --version | tr -dc 0-9.)\n"
        "[ ! -e $kept ] || exec cp -a $kept %s/data\n"
        "(cd / && %s initdb -D %s/data -U bookable -A trust -E UTF8 -N) >>%s/said 2>&1 || exit 1\n"
        "[ ! -d t/unit ] || { cp -a %s/data $kept.$$ && mv -T $kept.$$ $kept; } || rm -rf $kept.$$";
    const char *command = apr_psprintf(pool, script, folder, as_user(), folder, folder, folder);

    if (system(command) != 0) {
        give_up(command);
    }
}

int pg_open(void **state)
{
    const char *parent = getenv("TMPDIR");

    snprintf(folder, sizeof(folder), "%s/bookable-unit-XXXXXX", parent ? parent : "/tmp");
    if (unit_pool_open(state) != 0 || !mkdtemp(folder) || chmod(folder, 0777) != 0) {
        return -1;
    }
    pool = *state;
    make_cluster();
    pg_start();
    return apr_dbd_init(pool) == APR_SUCCESS ? 0 : -1;
}

int pg_close(void **state)
{
    const char *command = apr_pstrcat(pool, "rm -rf ", folder, NULL);

    pg_stop("immediate");
    return system(command) == 0 ? unit_pool_close(state) : -1;
}

/* Its processes are those that work in its folder. */
static void signal_all(int signal)
{
    DIR *processes = opendir("/proc");
    const char *data = apr_pstrcat(pool, folder, "/data", NULL);
    struct dirent *entry;
    char path[300], place[600];
    ssize_t len;

    while (processes && (entry = readdir(processes))) {
        snprintf(path, sizeof(path), "/proc/%s/cwd", entry->d_name);
        len = readlink(path, place, sizeof(place) - 1);
        if (len > 0 && (size_t)len == strlen(data) && memcmp(place, data, (size_t)len) == 0) {
            kill((pid_t)atoi(entry->d_name), signal);
        }
    }
    if (processes) {
        closedir(processes);
    }
}

void pg_pause(void)
{
    signal_all(SIGSTOP);
}

void pg_resume(void)
{
    signal_all(SIGCONT);
}

const char *pg_folder(void)
{
    return folder;
}

const char *pg_params(void)
{
    return apr_psprintf(pool, "host=%s user=bookable dbname=postgres connect_timeout=2", folder);
}

const char *pg_query(const char *sql)
{
    PGconn *connection = PQconnectdb(pg_params());
    PGresult *result = PQexec(connection, sql);
    const char *value = "";

    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0) {
        value = apr_pstrdup(pool, PQgetvalue(result, 0, 0));
    }
    else if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        value = apr_pstrdup(pool, PQerrorMessage(connection));
    }
    PQclear(result);
    PQfinish(connection);
    return value;
}
