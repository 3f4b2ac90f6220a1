/* bk_background: runs work that takes much CPU time, at a lower priority than all other threads.
 *
 * Linux gives each thread a priority of its own ("nice"), which any thread may lower but only root
 * may raise again. So the work gets a thread of its own, which costs some microseconds. That thread
 * also asks for long slices (sched_setattr(2), from Linux 6.12): when a thread with shorter slices
 * wakes up, Linux runs it at once, instead of letting the long one finish its slice, which gets its
 * time later.
 *
 * Any thread may call.
 */
#ifndef BK_BACKGROUND_H
#define BK_BACKGROUND_H

/**
 * Run some work and wait until it is done. It gets nearly all of a processor while no other thread
 * wants it, and about a tenth while one does.
 * @param work  is called with @a data in a new thread, or in the calling thread if none can be
 *              created
 */
void bk_background_run(void (*work)(void *data), void *data);

#endif
