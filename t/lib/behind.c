/* A clock that is 30 seconds behind, for an httpd that a test starts with LD_PRELOAD: what
 * apr_time_now() reads. */
#include <sys/time.h>
#include <time.h>

enum { BEHIND = 30 };

int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
    struct timespec now;

    (void)tz;
    clock_gettime(CLOCK_REALTIME, &now);
    tv->tv_sec = now.tv_sec - BEHIND;
    tv->tv_usec = now.tv_nsec / 1000;
    return 0;
}
