#include "admin_password.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "admin.h"
#include "bk_name.h"
#include "bk_password.h"
#include "bk_text.h"
#include "user_rules.h"

#define COST 12

/* Read a line, without its newline. @return NULL, or what is wrong */
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

/* ---- the terminal -------------------------------------------------------------------------------
 */

/* The terminal's settings before echo was switched off. */
static struct termios shown;

static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define ENDINGS (sizeof(endings) / sizeof(endings[0]))

/* On a signal at the prompt: switch echo on again, and let the signal end the program as by
 * default. */
static void show_and_end(int signal_number)
{
    tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    raise(signal_number);
}

/* Install the handler for these signals; ignored signals stay ignored. */
static void catch_endings(struct sigaction before[ENDINGS])
{
    struct sigaction action = {.sa_handler = show_and_end, .sa_flags = SA_RESETHAND};
    unsigned int i;

    sigemptyset(&action.sa_mask);
    for (i = 0; i < ENDINGS; i++) {
        sigaction(endings[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) {
            sigaction(endings[i], &action, NULL);
        }
    }
}

static void release_endings(const struct sigaction before[ENDINGS])
{
    unsigned int i;

    for (i = 0; i < ENDINGS; i++) {
        sigaction(endings[i], &before[i], NULL);
    }
}

/* Read a line from a terminal without echo. */
static const char *ask(const char *prompt, char *line, apr_size_t size)
{
    struct sigaction before[ENDINGS];
    struct termios hidden;
    const char *wrong;

    fputs(prompt, stderr);
    if (tcgetattr(STDIN_FILENO, &shown) != 0) {
        return "the terminal cannot hide it";
    }
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    catch_endings(before);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    wrong = read_line(line, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    release_endings(before);
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

/* @return NULL, or why the settings forbid the password */
static const char *check(const char *password, const admin_settings_t *settings, apr_pool_t *p)
{
    const bk_password_list_t *list = NULL;
    apr_int64_t minimum = USER_PASSWORD_MINIMUM;

    if (settings->password_minimum && (!bk_text_int(settings->password_minimum, &minimum) ||
                                       minimum < 1 || minimum > BK_PASSWORD_BYTES)) {
        return "--password-minimum is a number from 1 to 72";
    }
    if (settings->password_list &&
        bk_password_list_read(&list, settings->password_list, bk_name_fold, p) != APR_SUCCESS) {
        return "--password-list is a file with a password a line, which can be read";
    }
    return user_rules_password(password, (int)minimum, list, p);
}

int admin_password_hash(const char **hash, const admin_settings_t *settings, apr_pool_t *p)
{
    char password[BK_PASSWORD_BYTES + 1];
    const char *wrong = read_password(password, sizeof(password));
    apr_status_t rv;

    if (!wrong) {
        wrong = check(password, settings, p);
    }
    if (wrong) {
        return admin_fail("the password is not usable", wrong);
    }
    rv = bk_password_hash(hash, password, COST, p);
    return rv == APR_SUCCESS ? EXIT_SUCCESS : admin_fail("the password could not be hashed", NULL);
}
