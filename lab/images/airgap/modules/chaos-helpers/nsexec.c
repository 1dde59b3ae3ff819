/*
 * Stands in for Chaos Mesh's nsexec: runs a command in namespaces of another process.
 *
 *   nsexec [-l] [-m|-n|-p|-i NAMESPACE]... -- COMMAND [ARGUMENT]...
 *
 * With -l the command keeps the caller's file system, so that it is found although the target lacks it.
 *
 * Entering a PID namespace takes a child, and the injector only knows its parent. So the parent hands every signal on and
 * ends as the child does: otherwise a fault that was taken back would go on, unknown to the injector.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_NAMESPACES 8

struct namespace {
  int fd;
  int kind;
};

static volatile pid_t child;

static void fail(const char *what, const char *which) {
  fprintf(stderr, "nsexec: %s %s: %s\n", what, which, strerror(errno));
  exit(125);
}

static void hand_on(int signal) {
  if (child > 0) kill(child, signal);
}

static int kind_of(const char *option) {
  if (!strcmp(option, "-m")) return CLONE_NEWNS;
  if (!strcmp(option, "-n")) return CLONE_NEWNET;
  if (!strcmp(option, "-p")) return CLONE_NEWPID;
  if (!strcmp(option, "-i")) return CLONE_NEWIPC;
  fprintf(stderr, "nsexec: unknown option %s\n", option);
  exit(125);
}

static void run(char **command) {
  execvp(command[0], command);
  int missing = errno == ENOENT;
  fprintf(stderr, "nsexec: %s: %s\n", command[0], strerror(errno));
  _exit(missing ? 127 : 126);
}

/* Signals stay blocked until the child's number is known, so that none is lost in between. */
static int run_as_child(char **command) {
  const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT};
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  pid_t forked = fork();
  if (forked < 0) fail("cannot fork", "");
  if (forked == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, &before, NULL);
    run(command);
  }
  child = forked;
  struct sigaction action = {.sa_handler = hand_on};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  int status;
  while (waitpid(forked, &status, 0) < 0)
    if (errno != EINTR) fail("cannot wait for", command[0]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv) {
  struct namespace namespaces[MOST_NAMESPACES];
  int count = 0, keep_files = 0, needs_child = 0, i = 1;
  for (; i < argc && strcmp(argv[i], "--"); i++) {
    if (!strcmp(argv[i], "-l")) {
      keep_files = 1;
      continue;
    }
    int kind = kind_of(argv[i]);
    if (++i >= argc || count == MOST_NAMESPACES) return 125;
    namespaces[count].kind = kind;
    namespaces[count].fd = open(argv[i], O_RDONLY | O_CLOEXEC);
    if (namespaces[count++].fd < 0) fail("cannot open", argv[i]);
  }
  if (i + 1 >= argc) {
    fprintf(stderr, "nsexec: no command\n");
    return 125;
  }
  for (int n = 0; n < count; n++) {
    if (namespaces[n].kind == CLONE_NEWNS && keep_files) continue;
    if (setns(namespaces[n].fd, namespaces[n].kind)) fail("cannot enter", "namespace");
    if (namespaces[n].kind == CLONE_NEWPID) needs_child = 1;
  }
  char **command = argv + i + 1;
  if (needs_child) return run_as_child(command);
  run(command);
}
