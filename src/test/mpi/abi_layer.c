/*
 * A library with the standard binary interface of MPI 5, as far as Equipoise calls it, over MPICH: handles and constants are translated,
 * calls are passed on. It lets the standard interface be tested where no library that has it is installed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

typedef void *handle;

enum { COMM_WORLD = 0x101, FLOAT = 0x210, BYTE = 0x247, SUM = 0x21, ERRORS_RETURN = 0x142 };

static void *call(const char *name) {
    static void *library;
    if (!library) {
        /* Its own calls stay within it, although this library has the same names. */
        library = dlopen("libmpich.so.12", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    }
    void *found = library ? dlsym(library, name) : 0;
    if (!found) {
        abort();
    }
    return found;
}

/* A handle that is none of those below is passed on as one that MPICH refuses. */
static int below(handle above) {
    switch ((intptr_t)above) {
    case COMM_WORLD: return 0x44000000;
    case FLOAT: return 0x4c00040a;
    case BYTE: return 0x4c00010d;
    case SUM: return 0x58000003;
    case ERRORS_RETURN: return 0x54000001;
    default: return 0;
    }
}

int MPI_Abi_get_version(int *major, int *minor) {
    *major = 1;
    *minor = 0;
    return 0;
}

int MPI_Get_library_version(char *text, int *length) {
    return ((int (*)(char *, int *))call("MPI_Get_library_version"))(text, length);
}

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided) {
    int level = 0;
    int code = ((int (*)(int *, char ***, int, int *))call("MPI_Init_thread"))(argc, argv, required / 1024, &level);
    *provided = level == 0 ? 0 : 512 << level;
    return code;
}

int MPI_Comm_rank(handle comm, int *rank) { return ((int (*)(int, int *))call("MPI_Comm_rank"))(below(comm), rank); }

int MPI_Comm_size(handle comm, int *size) { return ((int (*)(int, int *))call("MPI_Comm_size"))(below(comm), size); }

int MPI_Comm_set_errhandler(handle comm, handle errors) {
    return ((int (*)(int, int))call("MPI_Comm_set_errhandler"))(below(comm), below(errors));
}

int MPI_Error_string(int code, char *text, int *length) {
    return ((int (*)(int, char *, int *))call("MPI_Error_string"))(code, text, length);
}

int MPI_Isend(const void *data, int count, handle type, int to, int tag, handle comm, handle *request) {
    int made = 0;
    int code = ((int (*)(const void *, int, int, int, int, int, int *))call("MPI_Isend"))(
        data, count, below(type), to, tag, below(comm), &made);
    *request = (handle)(intptr_t)made;
    return code;
}

int MPI_Irecv(void *data, int count, handle type, int from, int tag, handle comm, handle *request) {
    int made = 0;
    int code = ((int (*)(void *, int, int, int, int, int, int *))call("MPI_Irecv"))(
        data, count, below(type), from, tag, below(comm), &made);
    *request = (handle)(intptr_t)made;
    return code;
}

static int *requests_below(int count, handle *requests) {
    int *all = malloc((count + 1) * sizeof(int));
    for (int i = 0; i < count; i++) {
        all[i] = (int)(intptr_t)requests[i];
    }
    return all;
}

static void requests_above(int count, int *all, handle *requests) {
    for (int i = 0; i < count; i++) {
        requests[i] = (handle)(intptr_t)all[i];
    }
    free(all);
}

int MPI_Testall(int count, handle *requests, int *flag, void *statuses) {
    if (statuses) {
        abort(); /* here, statuses that are ignored are null */
    }
    int *all = requests_below(count, requests);
    int code = ((int (*)(int, int *, int *, void *))call("MPI_Testall"))(count, all, flag, (void *)1);
    requests_above(count, all, requests);
    return code;
}

int MPI_Waitall(int count, handle *requests, void *statuses) {
    if (statuses) {
        abort();
    }
    int *all = requests_below(count, requests);
    int code = ((int (*)(int, int *, void *))call("MPI_Waitall"))(count, all, (void *)1);
    requests_above(count, all, requests);
    return code;
}

int MPI_Allgather(const void *mine, int sent, handle type, void *all, int received, handle receivedType, handle comm) {
    return ((int (*)(const void *, int, int, void *, int, int, int))call("MPI_Allgather"))(
        mine, sent, below(type), all, received, below(receivedType), below(comm));
}

int MPI_Bcast(void *data, int count, handle type, int root, handle comm) {
    return ((int (*)(void *, int, int, int, int))call("MPI_Bcast"))(data, count, below(type), root, below(comm));
}

int MPI_Allreduce(const void *mine, void *sums, int count, handle type, handle operation, handle comm) {
    const void *from = mine == (void *)1 ? (void *)-1 : mine;
    return ((int (*)(const void *, void *, int, int, int, int))call("MPI_Allreduce"))(
        from, sums, count, below(type), below(operation), below(comm));
}

int MPI_Abort(handle comm, int code) { return ((int (*)(int, int))call("MPI_Abort"))(below(comm), code); }

int MPI_Finalize(void) { return ((int (*)(void))call("MPI_Finalize"))(); }
