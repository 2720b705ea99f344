import AMQP
import Messaging
import NIOCore

/// What libFuzzer calls with every input: the first octet says which part reads the rest.
///
/// Besides traps and reads out of bounds, which the sanitizer sees, it fails when two ways of
/// reading the same bytes disagree.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
    switch start[0] & 0b111 {
    case 0: checkTable(bytes)
    case 1: checkProperties(bytes)
    case 2: checkMethod(bytes)
    case let mode: checkStream(bytes, mode: mode, pieceBytes: Int(start[0] >> 3) + 1)
    }
    return 0
}

private func checkTable(_ bytes: UnsafeRawBufferPointer) {
    let table = try? FieldTable(decoding: bytes)
    precondition(FieldTable.isWellFormed(bytes) == (table != nil), "check and decoder disagree")
    guard let table else { return }
    let again = encoded(table).withUnsafeBytes { try? FieldTable(decoding: $0) }
    // Compared as bytes, since a float may be no number. Repaired names can outgrow 255 bytes.
    precondition(again != nil, "an encoded table does not decode")
    _ = DeathRecord.records(in: table)
}

private func encoded(_ table: FieldTable) -> [UInt8] {
    var writer = ByteWriter()
    table.encodeFields(into: &writer)
    return writer.bytes
}

private func checkProperties(_ bytes: UnsafeRawBufferPointer) {
    let peek = PropertyPeek(bytes)
    let properties = try? MessageProperties(decoding: bytes)
    let isWellFormed = MessageProperties.isWellFormed(bytes)
    precondition(isWellFormed == (properties != nil), "check and decoder disagree")
    guard let properties else { return }
    precondition(peek.isPersistent == properties.isPersistent, "peek and decoder disagree")
    precondition(peek.priority == properties.priority ?? 0, "peek and decoder disagree")
    precondition(peek.hasHeaders == (properties.headers != nil), "peek and decoder disagree")
    let once = properties.encoded()
    let again = try? MessageProperties(decoding: once)
    precondition(again?.encoded() == once, "encoding twice differs")
}

private func checkMethod(_ bytes: UnsafeRawBufferPointer) {
    guard let method = try? Method(decoding: bytes) else { return }
    let once = encoded(method)
    let again = once.withUnsafeBytes { try? Method(decoding: $0) }
    precondition(again.map(encoded) == once, "encoding twice differs")
}

private func encoded(_ method: Method) -> [UInt8] {
    var writer = ByteWriter()
    method.encode(into: &writer)
    return writer.bytes
}

/// The same stream at once, in pieces, and cut once near its end has to mean the same.
private func checkStream(_ bytes: UnsafeRawBufferPointer, mode: UInt8, pieceBytes: Int) {
    let whole = Listener.listen(to: bytes, mode: mode, firstBytes: 0, pieceBytes: bytes.count)
    let beforeCut = max(0, bytes.count - pieceBytes)
    for firstBytes in [0, beforeCut] {
        let pieces = Listener.listen(
            to: bytes, mode: mode, firstBytes: firstBytes, pieceBytes: pieceBytes)
        precondition(whole.output == pieces.output, "a split stream is answered otherwise")
        precondition(whole.contents == pieces.contents, "a split stream carries other contents")
        precondition(whole.eventCount == pieces.eventCount, "a split stream has other events")
    }
}
