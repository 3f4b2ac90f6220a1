/* Memory that is refused, once, for an httpd that a test starts with LD_PRELOAD. BOOKABLE_REFUSED
 * names a file that holds a number, a 32-bit integer, shared by all processes: as many allocations
 * later one fails. 0: none does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static _Atomic int *left;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("BOOKABLE_REFUSED");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *memory =
        fd >= 0 ? mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;

    if (fd >= 0) {
        close(fd);
    }
    left = memory == MAP_FAILED ? NULL : memory;
}

static int is_refused(void)
{
    int now = left ? atomic_load(left) : 0;

    while (now > 0 && !atomic_compare_exchange_weak(left, &now, now - 1)) {
    }
    if (now == 1) {
        errno = ENOMEM;
    }
    return now == 1;
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(memory, size);
}
