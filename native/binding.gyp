{
  "variables": {
    # `--sanitize=1` on the node-gyp command line builds with AddressSanitizer and UndefinedBehaviorSanitizer.
    "sanitize%": "0"
  },
  "targets": [
    {
      "target_name": "lunette",
      "sources": [
        "src/addon.cc",
        "src/crc32c.cc",
        "src/datagram.cc",
        "src/device.cc",
        "src/peer.cc",
        "src/ring.cc",
        "src/ring_object.cc",
        "src/slab.cc",
        "src/uring.cc",
        "src/worker_pool.cc"
      ],
      "dependencies": [
        "<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"
      ],
      "defines": ["NAPI_VERSION=8", "_FILE_OFFSET_BITS=64"],
      "cflags": ["-Wall", "-Wextra", "-fvisibility=hidden"],
      "cflags_cc": ["-std=c++17", "-O2"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fno-rtti", "-O3"],
      "conditions": [
        ["sanitize==1", {
          "cflags_cc": ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-g", "-O1"],
          "ldflags": ["-fsanitize=address,undefined"]
        }]
      ]
    }
  ]
}
