/* Valgrind writes into the signal mask that it is given, and dies where the mask is constant, as
 * libdispatch's is. Preloaded, this hands it a copy. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask)
{
    unsigned long copy = *(const unsigned long *)mask; /* As much as the kernel reads. */
    return (int)syscall(SYS_rt_sigsuspend, &copy, sizeof copy);
}
