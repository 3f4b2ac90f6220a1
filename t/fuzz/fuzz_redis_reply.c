/* What a Redis answers, or whatever it is that listens there: a thread of this program sends the
 * input to whoever connects. */
#include "fuzz.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bk_redis.h"

#define VALUE_MOST 64

static int listener = -1;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of the two below */
static const uint8_t *reply;
static size_t reply_len;

static void set_reply(const uint8_t *data, size_t size)
{
    pthread_mutex_lock(&mutex);
    reply = data;
    reply_len = size;
    pthread_mutex_unlock(&mutex);
}

/* A command is waited for, so that no reply comes before it. */
static void *serve(void *unused)
{
    for (;;) {
        char command[512];
        int client = accept(listener, NULL, NULL);

        if (client >= 0 && read(client, command, sizeof(command)) > 0) {
            pthread_mutex_lock(&mutex);
            (void)!send(client, reply, reply_len, MSG_NOSIGNAL | MSG_DONTWAIT);
            pthread_mutex_unlock(&mutex);
        }
        close(client);
    }
    return NULL;
}

static void start(void)
{
    pthread_t thread;
    char folder[] = "/tmp/bookable-fuzz-XXXXXX";

    signal(SIGPIPE, SIG_IGN);
    fuzz_assert(mkdtemp(folder));
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", folder);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    fuzz_assert(bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0);
    fuzz_assert(listen(listener, 8) == 0);
    fuzz_assert(pthread_create(&thread, NULL, serve, NULL) == 0);
}

static void stop(void)
{
    unlink(address.sun_path);
    *strrchr(address.sun_path, '/') = '\0';
    rmdir(address.sun_path);
}

static void tell(void *baton, bk_redis_event_t event, const char *why)
{
    fuzz_assert(why);
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    const bk_redis_url_t url = {.socket = address.sun_path,
                                .prefix = "",
                                .connect_timeout = apr_time_from_sec(1),
                                .timeout = apr_time_from_sec(1),
                                .shown = "here"};
    bk_redis_state_t state = {0};
    unsigned char *value = malloc(VALUE_MOST);
    apr_size_t len = VALUE_MOST;
    bk_redis_t *redis;

    fuzz_assert(value);
    if (listener < 0) {
        start();
        atexit(stop);
    }
    if (size > 1) {
        set_reply(data + 1, size - 1);
        redis = bk_redis_create(&url, &state, tell, NULL, p);
        switch (data[0] % 3) {
        case 0:
            if (bk_redis_get(redis, "key", 3, value, &len) == APR_SUCCESS) {
                fuzz_assert(len > 0 && len <= VALUE_MOST);
            }
            break;
        case 1:
            (void)bk_redis_set(redis, "key", 3, value, 0, apr_time_from_sec(1));
            break;
        default:
            (void)bk_redis_remove(redis, "key", 3);
        }
        bk_redis_close(redis);
        set_reply(NULL, 0);
    }
    free(value);
}
