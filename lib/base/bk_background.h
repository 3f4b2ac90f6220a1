/* bk_background: work that takes a processor for long, and that others go before.
 *
 * Linux gives each thread a priority of its own ("nice"), which anybody may lower and nobody but
 * root may raise again. So the work gets a thread of its own, which costs some microseconds, and
 * ends with it. Its slices are long, too (sched_setattr(2), from Linux 6.12): of two threads Linux
 * prefers the one that asks for the shorter slice, at once, and lets the other make up for it
 * later. So who wakes up while it works need not wait until a slice of the usual length is over.
 *
 * Any thread may call.
 */
#ifndef BK_BACKGROUND_H
#define BK_BACKGROUND_H

/**
 * Do some work, with nearly all of a processor while nobody else wants it and a tenth of one while
 * somebody does, and wait until it is done.
 * @param work  is called with @a data: in another thread, or, where none is to be had, in this one
 */
void bk_background_run(void (*work)(void *data), void *data);

#endif
