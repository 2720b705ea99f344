/// Why bytes are not what the format says; the peer's fault, never ours.
package enum CodecError: Error, Hashable, Sendable {
    /// The value needs more bytes than there are.
    case truncated
    /// A short string of a method is not UTF-8.
    case malformedText
    /// A field value has a type octet that no client defines.
    case unknownFieldType(UInt8)
    /// Tables and arrays lie more than ``Limits/tableDepthMax`` levels deep.
    case nestedTooDeeply
    /// Property flags name a property that class basic does not have.
    case unknownProperty
    /// The value ended before its bytes did.
    case trailingBytes
}
