// What the store delivers: after the build its code is made unreadable, as FairPlay does.

__attribute__((objc_root_class)) @interface NSObject { void *isa; }
+ (instancetype)new;
@end
@interface CNContactStore : NSObject
- (void)requestAccessForEntityType:(long)type completionHandler:(void *)handler;
@end
@interface SFSpeechRecognizer : NSObject
+ (void)requestAuthorization:(void *)handler;
@end

int main(void) {
  [[CNContactStore new] requestAccessForEntityType:0 completionHandler:0];
  [SFSpeechRecognizer requestAuthorization:0];
  return 0;
}
