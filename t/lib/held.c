/* Hashes of passwords that a test holds, for an httpd that it starts with LD_PRELOAD. Where the
 * folder BOOKABLE_HELD has a file "hold", a hash that begins makes a file of its own there, and
 * goes on when that is gone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <apr_md5.h>

static void wait_while_held(void)
{
    static atomic_int count;
    const char *folder = getenv("BOOKABLE_HELD");
    char file[512];
    int fd;

    snprintf(file, sizeof(file), "%s/hold", folder ? folder : "");
    if (access(file, F_OK) != 0) {
        return;
    }
    snprintf(file, sizeof(file), "%s/held-%d-%d", folder, (int)getpid(),
             atomic_fetch_add(&count, 1));
    fd = open(file, O_CREAT | O_WRONLY, 0600);
    if (fd >= 0) {
        close(fd);
    }
    while (access(file, F_OK) == 0) {
        usleep(2000);
    }
}

apr_status_t apr_bcrypt_encode(const char *password, unsigned int cost, const unsigned char *salt,
                               apr_size_t salt_len, char *hash, apr_size_t hash_len)
{
    static apr_status_t (*real)(const char *, unsigned int, const unsigned char *, apr_size_t,
                                char *, apr_size_t);

    wait_while_held();
    *(void **)&real = dlsym(RTLD_NEXT, "apr_bcrypt_encode");
    return real(password, cost, salt, salt_len, hash, hash_len);
}

apr_status_t apr_password_validate(const char *password, const char *hash)
{
    static apr_status_t (*real)(const char *, const char *);

    wait_while_held();
    *(void **)&real = dlsym(RTLD_NEXT, "apr_password_validate");
    return real(password, hash);
}
