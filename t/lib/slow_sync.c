/* A disk that takes its time to say that something is written, for whatever is started with
 * LD_PRELOAD: make check-slow-sync. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>

enum { MICROSECONDS = 30000 };

static int slowly(const char *name, int fd)
{
    int (*real)(int);

    *(void **)&real = dlsym(RTLD_NEXT, name);
    usleep(MICROSECONDS);
    return real(fd);
}

int fsync(int fd)
{
    return slowly("fsync", fd);
}

int fdatasync(int fd)
{
    return slowly("fdatasync", fd);
}
