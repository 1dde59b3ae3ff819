// Command promql is Prometheus' own parser as a WebAssembly module that is asked by function calls: `allocate` room for a
// query in UTF-8, write it there, `parse` it, and read as many bytes of JSON as that returned from where `answer` says.
package main

import "unsafe"

// They are kept here, so that they stay where they are between two calls.
var question, reply []byte

func main() {}

//go:wasmexport allocate
func allocate(size int32) unsafe.Pointer {
	question = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(question))
}

//go:wasmexport parse
func parse() int32 {
	reply = parseToJSON(string(question))
	return int32(len(reply))
}

//go:wasmexport answer
func answer() unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(reply))
}
