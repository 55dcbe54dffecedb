// librdkafka makes its threads and locks with C11's functions, which the TSan of GCC 12 does not
// intercept: a thread that it has not seen crashes in its allocator. In a TSan build these take their
// place and go through POSIX, which it does intercept. In glibc the types of both are the same.
#ifdef __SANITIZE_THREAD__

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <memory>

static_assert(sizeof(mtx_t) <= sizeof(pthread_mutex_t) && sizeof(cnd_t) <= sizeof(pthread_cond_t));

namespace {

struct Start {
  thrd_start_t function;
  void* argument;
};

void* run(void* raw) {
  const std::unique_ptr<Start> start(static_cast<Start*>(raw));
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(start->function(start->argument)));
}

int result(int code) {
  switch (code) {
    case 0: return thrd_success;
    case EBUSY: return thrd_busy;
    case ETIMEDOUT: return thrd_timedout;
    case ENOMEM: return thrd_nomem;
    default: return thrd_error;
  }
}

pthread_mutex_t* posix(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }
pthread_cond_t* posix(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  return result(pthread_create(thread, nullptr, run, new Start{function, argument}));
}
int thrd_join(thrd_t thread, int* code) {
  void* value = nullptr;
  const int joined = pthread_join(thread, &value);
  if (code != nullptr) *code = static_cast<int>(reinterpret_cast<std::intptr_t>(value));
  return result(joined);
}
int thrd_detach(thrd_t thread) { return result(pthread_detach(thread)); }

int mtx_lock(mtx_t* mutex) { return result(pthread_mutex_lock(posix(mutex))); }
int mtx_trylock(mtx_t* mutex) { return result(pthread_mutex_trylock(posix(mutex))); }
int mtx_unlock(mtx_t* mutex) { return result(pthread_mutex_unlock(posix(mutex))); }

int cnd_signal(cnd_t* condition) { return result(pthread_cond_signal(posix(condition))); }
int cnd_broadcast(cnd_t* condition) { return result(pthread_cond_broadcast(posix(condition))); }
int cnd_wait(cnd_t* condition, mtx_t* mutex) { return result(pthread_cond_wait(posix(condition), posix(mutex))); }
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  return result(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}

}  // extern "C"

#endif  // __SANITIZE_THREAD__
