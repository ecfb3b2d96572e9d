// The neuron update of spec.md par. 2 in one pass over memory: what torch.compile generates, for a PyTorch without it.
// Arrays are rows of C channels, channels innermost (channels-last maps, or plain rows of a linear layer), so the bias
// of element i is b[i % C]. Compiled by common.fused_library(); no fused multiply-add, as the spec asks.
#include <cstdint>
#include <cstring>

struct bf16 { uint16_t bits; };

static inline float load(float x) { return x; }
static inline float load(bf16 x) {
    uint32_t bits = uint32_t(x.bits) << 16;
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}
static inline void store(float& to, float x) { to = x; }
static inline void store(bf16& to, float x) {  // round to nearest even; states are finite
    uint32_t bits;
    std::memcpy(&bits, &x, 4);
    to.bits = uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
static inline float clip(float x) { return x < 0 ? 0.0f : x > 1 ? 1.0f : x; }

template <typename T, bool TwoCurrents>
static void spiking(long rows, long channels, const T* forward, const T* backward, const float* bias, float* v, float* s,
                    float* phi, T* q, float epsilon, float lambda, float keep, float inverse, float threshold) {
#pragma omp parallel for schedule(static)
    for (long row = 0; row < rows; row++) {
        const long at = row * channels;
#pragma omp simd
        for (long c = 0; c < channels; c++) {
            const long i = at + c;
            float u = load(forward[i]);
            if (TwoCurrents) u = u + load(backward[i]);
            const float decoded = keep * v[i] + lambda * u;
            const float drive = decoded + bias[c];
            const float old = s[i], now = clip(old + epsilon * (drive - old));
            const float p = phi[i] + (now - keep * old) * inverse;
            const float spike = p > threshold ? 1.0f : 0.0f;
            v[i] = decoded;
            s[i] = now;
            phi[i] = p - spike;
            store(q[i], spike);
        }
    }
}

template <typename T, bool TwoCurrents>
static void rate(long rows, long channels, const T* forward, const T* backward, const float* bias, float* s, T* q, float epsilon) {
#pragma omp parallel for schedule(static)
    for (long row = 0; row < rows; row++) {
        const long at = row * channels;
#pragma omp simd
        for (long c = 0; c < channels; c++) {
            const long i = at + c;
            float u = load(forward[i]);
            if (TwoCurrents) u = u + load(backward[i]);
            const float now = clip(s[i] + epsilon * ((u + bias[c]) - s[i]));
            s[i] = now;
            store(q[i], now);
        }
    }
}

#define EXPORT(T, NAME)                                                                                                        \
    extern "C" void spiking_##NAME(long rows, long channels, const T* forward, const T* backward, const float* bias, float* v, \
                                   float* s, float* phi, T* q, float epsilon, float lambda, float keep, float inverse,         \
                                   float threshold) {                                                                          \
        (backward ? spiking<T, true> : spiking<T, false>)(rows, channels, forward, backward, bias, v, s, phi, q, epsilon,      \
                                                          lambda, keep, inverse, threshold);                                   \
    }                                                                                                                          \
    extern "C" void rate_##NAME(long rows, long channels, const T* forward, const T* backward, const float* bias, float* s,    \
                                T* q, float epsilon) {                                                                         \
        (backward ? rate<T, true> : rate<T, false>)(rows, channels, forward, backward, bias, s, q, epsilon);                   \
    }
EXPORT(float, float32)
EXPORT(bf16, bfloat16)
